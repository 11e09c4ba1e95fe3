"""甲河村: a whole proceeding as data, and the player that enters it through the same verbs as everybody else.

| file            | what                                                             |
|-----------------|------------------------------------------------------------------|
| village.toml    | places, homes, offices, who has a part                           |
| texts.toml      | the draft of the ten clauses, the amendments, the review         |
| reports.toml    | what was reported in March                                       |
| council.toml    | the meeting of 2 April with its record                           |
| comments.toml   | what neighbours wrote, and what they were answered               |
| vote.toml       | the vote in numbers                                              |
| story.toml      | gates, publications, objections, filing, a rectification notice  |
| today.toml      | what waits on the desks of whoever opens the demonstration       |

``roster`` and ``ballots`` make people and ballots from them, always the same. ``player`` has the chapters:
``opening``, ``drafting``, ``deliberating``, ``consulting``, ``voting``, ``settling``; then ``today`` and ``ongoing``.
"""

from deliberation.scenario.player import COMMUNITY as COMMUNITY
from deliberation.scenario.player import Visitor as Visitor
from deliberation.scenario.player import people as people
from deliberation.scenario.player import play as play
