"""What stands in the way of keys and private data, each with its sentence."""

from __future__ import annotations

from deliberation.errors import AlreadyRecorded, Refusal


class KeyAlreadyThere(AlreadyRecorded):
    """A log adopts its first key once."""

    zh = "存证钥匙已经启用过，这一次没有再记。要换，请用“更换存证钥匙”。"
    en = "The key that signs checkpoints is adopted already; nothing was recorded. To change it, rotate it."


class KeyUnfit(Refusal):
    """A key of another log, the same key again, or a hand-over that the old key did not sign."""

    zh = "存证钥匙没有换：新钥匙不是这个社区的，或者旧钥匙没有签名。旧钥匙照常使用，请重新生成一次。"
    en = "The key was not changed: the new one is of another log, or the old one did not sign for it. The old key stays; try again."
    status = 422


class TwoForTheKey(Refusal):
    """A key is changed by two persons."""

    zh = "更换存证钥匙要两个人：还差另一位工作人员确认。钥匙没有换，您填的内容还在。"
    en = "Changing the key takes two persons; the second has yet to confirm. The key is unchanged, your entry is kept."


class KeyMissing(Refusal):
    """The key in force is not in the instance folder. Facts: key, folder."""

    zh = "找不到正在使用的存证钥匙（{key}），所以没有做存证，其他都照常。请把备份的 .log-key 文件放回 {folder}。"
    en = "The key in force ({key}) is missing, so no checkpoint was made; all else goes on. Put its .log-key file back into {folder}."
    status = 503
