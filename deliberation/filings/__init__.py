"""备案: what is filed with the street office within the time the law gives, and the receipt.

| verb \\ state             | –    | made 已报送 | acknowledged 已备案, returned 退回补正 |
|--------------------------|------|------------|-------------------------|
| ``Filing.make``          | made | –          | –                       |
| ``Filing.acknowledge``   | –    | acknowledged | –                     |
| ``Filing.return_``       | –    | returned   | –                       |

A compact is filed within 10 days of its adoption. Filing is no approval (备案不是审批): the resolution is in force
whatever becomes of it. What was returned is filed again under a number of its own.
"""
