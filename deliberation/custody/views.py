"""What pages ask of keys: nothing is kept beside the log for it, the key's own proceeding says all."""

from deliberation.custody.model import LogKey as LogKey
