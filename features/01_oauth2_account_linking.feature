Feature: Link a Discord account
  A player competes on DealScale and lives on Discord. Linking the two takes one click, cannot be faked,
  and can be undone. Roles and commands follow the link and nothing else.

  Rule: A Discord account is linked by its owner's consent

    Example: A newcomer signs in with Discord and is linked at once
      Given "rob" has never signed in
      When "rob" signs in with Discord and consents
      Then "rob" is signed in on the web
      And "rob" is linked to the Discord account "rob"

    Example: A player with an e-mail account links Discord from the profile
      Given "quinn" has no Discord account linked
      And "quinn" is signed in with e-mail
      When "quinn" links Discord and consents as "quinn"
      Then "quinn" is linked to the Discord account "quinn"
      And the audit log says that "quinn" linked Discord

    Example: Refusing consent changes nothing
      Given "quinn" has no Discord account linked
      And "quinn" is signed in with e-mail
      When "quinn" links Discord and refuses
      Then "quinn" is told that Discord was not linked
      And "quinn" is not linked

    Example: A sign-in that was started elsewhere is refused
      When somebody returns from Discord with a state that was never issued
      Then nobody is signed in

  Rule: One Discord account belongs to one player

    Example: An account that is taken cannot be linked again
      Given "quinn" has no Discord account linked
      And "quinn" is signed in with e-mail
      When "quinn" links Discord and consents as "pia"
      Then "quinn" is told that the Discord account belongs to another player
      And "pia" is linked to the Discord account "pia"
      And "quinn" is not linked

  Rule: The owner can remove the link

    Example: Unlinking removes the link and the roles it gave
      Given "quinn" is signed in with e-mail
      And "quinn" has linked the Discord account "quinn"
      When "quinn" unlinks Discord
      Then "quinn" is not linked
      And no tier role is left on the Discord account "quinn"
      And the audit log says that "quinn" unlinked Discord

    Example: A player with no other way to sign in keeps Discord for that
      Given "rob" has signed in with Discord only
      When "rob" unlinks Discord
      Then "rob" is told that Discord stays the way to sign in
      And "rob" is not linked

    Example: A player who unlinked in Discord links again on the web
      Given "quinn" is signed in with e-mail
      And "quinn" has linked the Discord account "quinn"
      When "quinn" uses /unlink in Discord and confirms
      Then "quinn" is not linked
      When "quinn" links Discord and consents as "quinn"
      Then "quinn" is linked to the Discord account "quinn"

    Example: A player who signs in through Discord only links again from the profile
      Given "rob" has signed in with Discord only
      And "rob" unlinks Discord
      When "rob" links Discord and consents as "rob"
      Then "rob" is linked to the Discord account "rob"

    Example: Unlinking revokes the tokens at Discord
      Given "quinn" has no Discord account linked
      And "quinn" is signed in with e-mail
      And "quinn" has linked the Discord account "quinn"
      And we hold a working token of the Discord account "quinn"
      When "quinn" unlinks Discord
      Then no token of the Discord account "quinn" works any more
      And no token of the Discord account "quinn" is kept

    Example: Deauthorising the app in Discord's settings ends the link
      Given "quinn" has no Discord account linked
      And "quinn" is signed in with e-mail
      And "quinn" has linked the Discord account "quinn"
      When "quinn" deauthorises the app in Discord's settings
      Then the link of "quinn" ends
      And no tier role is left on the Discord account "quinn"
      And no token of the Discord account "quinn" is kept

  Rule: An erased account leaves nothing behind in Discord

    Example: A person who returns after erasure is one player
      Given there is a Discord account "nora"
      And "nora" has signed in with Discord only
      When the account of "nora" is erased
      Then the Discord account "nora" is linked to nobody
      And no token of the Discord account "nora" works any more
      When "nora" signs in with Discord again
      Then the web and Discord know the Discord account "nora" as the same new player

  Rule: A command in Discord acts as the linked player

    Example: A command from a linked account answers as that player
      Given "pia" has linked the Discord account "pia"
      When "pia" uses /profile in Discord
      Then the answer names "pia" and is seen by "pia" only

    Example: A command from an account that is not linked explains how to link
      Given "quinn" has no Discord account linked
      When "quinn" uses /profile in Discord
      Then the answer offers to link the account
