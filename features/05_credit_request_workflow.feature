Feature: From a credit request to its payment
  A player asks for credits where they are, in Discord or on the web, and knows what is left before asking.
  Managers decide where they are, one by one or in bulk. The first decision counts, the ledger follows, and
  everybody sees the same outcome.

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

    Example: When two managers decide at once, one decision counts and the other manager sees whose
      Given the AI credits of "pia" are known
      When "pia" requests 15 AI credits in Discord
      Then a card in the approvals channel asks for a decision
      When "max" approves the request in Discord while "ada" rejects it through the API
      Then one decision counts, and the other manager sees whose it was
      And the AI credits of "pia" have grown by what was approved

  Rule: The form states the remaining limits before a request is made

    Example: The form in Discord says what is left
      When "pia" opens the request form in Discord
      Then the form says how much is left of each credit type

  Rule: Several requests are decided at once, after a preview

    Example: A manager decides in bulk in Discord, and undoes it
      Given the AI credits of "pia" are known
      When "pia" and "max" each request 25 AI credits in Discord
      And "max" picks both for a bulk decision in Discord
      Then the preview says that one will be paid, and why the other refuses
      When "max" approves what was picked with the comment "Month end"
      Then the result names 1 approved and 1 refused
      And the card of "pia" says "Month end" and asks for nothing more
      And the AI credits of "pia" have grown by 25
      When "max" undoes the bulk decision
      Then the AI credits of "pia" have grown by 0

    Example: A manager who is demoted between opening and confirming decides nothing
      When "pia" and "ada" each request 35 AI credits in Discord
      And "max" picks both for a bulk decision in Discord
      But "max" is no longer a manager
      When "max" approves what was picked with the comment "Too late"
      Then the bulk decision is refused with "Only managers can decide requests."
      And both requests are still open
      And the audit log names "max"

  Rule: Without the right nobody decides, and the attempt is recorded

    Example: A former manager presses Approve
      When "pia" requests 45 AI credits in Discord
      Then a card in the approvals channel asks for a decision
      Given "max" is no longer a manager
      When "max" approves the request in Discord
      Then the request is still open
      And the audit log names "max"

    Example: An admin grants with a command, and a manager cannot
      Given the AI credits of "pia" are known
      When "ada" grants 5 AI credits to "pia" in Discord
      Then the answer says "Granted"
      And the AI credits of "pia" have grown by 5
      When "max" grants 5 AI credits to "pia" in Discord
      Then the answer says "You need the admin role for this."
      And the AI credits of "pia" have grown by 5

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
