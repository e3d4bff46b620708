Feature: Keep the leaderboard in step everywhere
  Scores arrive from DealScale at any moment. Every thirty seconds the board is recalculated, once, for
  everybody: the web page, the Discord commands, the roles and the API show the same standings.

  Rule: A score event reaches every surface

    Example: A new leader is seen on the web, in Discord and over the API
      Given the board "all-time" is shown in a browser
      When DealScale reports points that put "pia" first
      And the board is refreshed
      Then the browser shows "pia" first without a reload
      And /leaderboard in Discord shows "pia" first
      And the API gives "pia" position 1

    Example: The same batch sent twice counts once
      Given the score of "quinn" is known
      When DealScale reports 3 closed deals of "quinn" twice with the same ids
      And the board is refreshed
      Then the score of "quinn" has grown by 300

    Example: A mistake is voided by a new event
      Given the score of "quinn" is known
      And DealScale has reported 2 closed deals of "quinn"
      When DealScale voids that event
      And the board is refreshed
      Then the score of "quinn" has grown by 0

  Rule: The order is total and is explained

    Example: Ties go to the player who got there first
      Given two newcomers with the same score, "first" having reached it earlier than "second"
      When the board is refreshed
      Then "first" stands directly before "second"
      And both share the same rank
      And the page of the board says "ties go to whoever got there first"
      And the page marks the ranks of both as tied
      And /leaderboard in Discord marks the ranks of both as tied, and says what that means

  Rule: Everybody can see what they did, how they compare and where they moved

    Example: /stats shows where the points came from
      Given the score of "quinn" is known
      And DealScale has reported 2 closed deals of "quinn"
      When "pia" asks for the stats of "quinn"
      Then the answer has as many closed deals of "quinn" as DealScale has reported

    Example: /compare shows who leads and by how much, like the page
      When "max" compares "pia" with "quinn" in Discord
      Then the answer says who leads on each board and by how many points
      And the page that compares "pia" with "quinn" says the same

    Example: A player who overtakes others is shown as moved
      Given three newcomers who stand directly behind one another
      When DealScale reports points that bring the third before the two others
      And the board is refreshed
      Then the page shows that "third" went up 2 places and "first" down 1 place
      And the page of "third" explains that 2 players were passed

    Example: A player finds their neighbours
      When "pia" asks for the players around
      Then the answer marks the row of "pia" among the players right above and below

    Example: A signed-in player sees their own row and the gap to the next player
      Given "quinn" has signed in on the board
      Then the board tells "quinn" the rank, the score and the points to the player above
      And the row of "quinn" is in sight without scrolling

  Rule: A period ends and is archived, and the next one begins

    Example: A day is over
      Given a daily board "relay" that "quinn" leads
      And the board "relay" is shown in a browser
      When the day of "relay" is over
      And the schedule has closed it
      Then the browser goes on with the next day without a reload
      And the archive of that day has "quinn" first and is intact
      When DealScale reports points that put "pia" first
      And the board is refreshed
      Then the archive of that day has "quinn" first and is intact
      And anybody can download it

  Rule: Privacy is decided in the database

    Example: A hidden player leaves the board and the others move up
      Given three newcomers who stand directly behind one another
      When the second of them hides
      And the board is refreshed
      Then the third stands directly behind the first
      And nobody finds the second by search

    Example: An anonymous player keeps their place but not their name
      Given three newcomers who stand directly behind one another
      When the second of them becomes anonymous
      And the board is refreshed
      Then the place between the first and the third belongs to an anonymous player

  Rule: The Champion role follows the first place

    Example: The title moves from the old holder to the new one
      Given "max" takes part in the competition
      And "pia" is Champion in Discord
      When DealScale reports points that put "max" first
      And the board is refreshed
      Then "max" holds the role "Champion" in Discord
      And "pia" does not hold the role "Champion" in Discord
      And at no moment did two people hold the role "Champion"

    Example: The title changes with the rank that earns it
      Given "max" takes part in the competition
      And "pia" is Champion in Discord
      And the board "all-time" is shown in a browser
      When DealScale reports points that put "max" first
      And the board is refreshed
      Then the browser shows "max" first without a reload
      And each of the first three steps shows its own title

    Example: A title on hold shows when it passes
      Given "max" takes part in the competition
      And "pia" is Champion in Discord
      And a title changes hands only when the change survives 2 further refreshes
      And the board "all-time" is shown in a browser
      When DealScale reports points that put "max" first
      And the board is refreshed
      Then the browser shows "max" first without a reload
      And the first step says that Champion comes within 60 s

    Example: A momentary leader takes no title
      Given "max" takes part in the competition
      And "pia" is Champion in Discord
      And a title changes hands only when the change survives 2 further refreshes
      When DealScale reports points that put "max" first
      And the board is refreshed
      Then "max" stands first, but the title is still with "pia"
      When the board is refreshed once more
      Then "max" stands first, but the title is still with "pia"
      When the board is refreshed once more
      Then "max" holds the role "Champion" in Discord
      And "pia" does not hold the role "Champion" in Discord

  Rule: Bad input changes nothing and says what to do

    Example: A batch with one bad event keeps the good ones
      When DealScale reports a batch with one unknown metric among good events
      Then the good events are accepted
      And the bad event is refused as "unknown_metric" with a sentence that says what to do

    Example: A stranger cannot report scores
      When somebody reports points with a wrong API key
      Then the report is refused with status 401 and a problem document
