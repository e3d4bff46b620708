Feature: Request credits and decide on them
  A player asks for credits where they are, in Discord or on the web. Managers decide where they are. The
  first decision counts, the ledger follows, and everybody sees the same outcome.

  Rule: A request can be made and decided on either side

    Example: A request made in Discord is approved in Discord
      Given the AI credits of "pia" are known
      When "pia" requests 20 AI credits in Discord
      Then a card in the approvals channel asks for a decision
      When "max" approves the request in Discord
      Then the card says "Approved by" "max" and asks for nothing more
      And "pia" is told once in a direct message
      And the AI credits of "pia" have grown by 20

    Example: A request made on the web is rejected on the web
      Given the AI credits of "pia" are known
      And "pia" is signed in with e-mail
      And "max" is signed in with e-mail
      When "pia" requests 30 AI credits on the web
      Then a card in the approvals channel asks for a decision
      When "max" rejects the request on the web
      Then the card says "Rejected by" "max" and asks for nothing more
      And "pia" is told once in a direct message
      And the AI credits of "pia" have grown by 0

  Rule: Nobody decides on their own request

    Example: A manager cannot approve their own card, but another manager can
      Given the AI credits of "max" are known
      When "max" requests 10 AI credits in Discord
      Then a card in the approvals channel asks for a decision
      When "max" approves the request in Discord
      Then the request is still open
      And the AI credits of "max" have grown by 0
      When "ada" approves the request in Discord
      Then the card says "Approved by" "ada" and asks for nothing more
      And the AI credits of "max" have grown by 10

  Rule: The limits hold wherever a request is made

    Example: A flood through the API leaves no more cards than the limit
      When "pia" requests and withdraws credits 40 times through the API
      Then no more than 12 requests were made
      And "pia" is told in Discord how long to wait

  Rule: Grants follow the rules of requests

    Example: An admin cannot grant credits to herself
      When "ada" grants 5 AI credits to "ada"
      Then the grant is refused as "own_grant"

    Example: A large grant waits for a second approver
      Given the AI credits of "pia" are known
      When "ada" grants 600 AI credits to "pia"
      Then a card in the approvals channel asks for a decision
      And the AI credits of "pia" have grown by 0
      When "max" approves the request in Discord
      Then the card says "Approved by" "max" and asks for nothing more
      And "pia" is told once in a direct message
      And the AI credits of "pia" have grown by 600

  Rule: Nobody fills in a form that cannot be sent

    Example: A person without a linked account is told how to link before the form opens
      When "zoe", who is new, starts a request in Discord
      Then the answer says how to link, and no form opens

  Rule: Deleted and blocked messages are not failures

    Example: A card that a moderator deleted comes back while the request is open
      When "pia" requests 600 AI credits in Discord
      Then a card in the approvals channel asks for a decision
      When a moderator deletes the card
      And "max" approves the request through the API
      Then a card in the approvals channel asks for a decision

    Example: With closed direct messages the card says that the player was not reached
      Given "pia" takes no direct messages
      When "pia" requests 20 AI credits in Discord
      Then a card in the approvals channel asks for a decision
      When "max" approves the request in Discord
      Then the card says that "pia" takes no direct messages
