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


class ErasedAlready(AlreadyRecorded):
    """A person is erased once."""

    zh = "这个人的个人资料已经删除过了，没有再记一次。删除的依据和日期就在本页。"
    en = "The personal data of this person were erased before; nothing was recorded again. Ground and date stand on the page."


class WordsErasedAlready(AlreadyRecorded):
    """Words are erased once."""

    zh = "这段原话已经删除过了，没有再记一次。页面上显示“已删除”就是办好了。"
    en = "These words were erased before; nothing was recorded again. Where the page says “erased”, it is done."


class ErasureUnclear(Refusal):
    """No ground of the list, no second person, or nothing that can be erased."""

    zh = "没有删除：要选明依据，由两位工作人员一起办。什么也没有改动，您填的内容都在，补上再交。"
    en = "Not erased: it needs a ground of the list and two of the staff. Nothing changed; your entries are kept, complete them."
    status = 422


class NothingToErase(Refusal):
    """Somebody whom the register does not have, or a text that is no words of persons: votes, rolls, results, clauses."""

    zh = (
        "没有删除：这里能删的只有名册里的人的姓名、电话和写下的话。投票、表决名册、结果和公开的条文是公共记录，不能删，"
        "里面也没有姓名。什么也没有改动。"
    )
    en = (
        "Not erased: only names, phones and words of people in the register can be. Votes, rolls, results and public clauses are "
        "the public record and stay; no name is in them. Nothing changed."
    )
    status = 422


class NotByThemselves(Refusal):
    """Whoever is erased neither enters nor confirms it."""

    zh = "没有删除：被删除资料的人自己不能经手，要另外两位工作人员来办。什么也没有改动，请换一位。"
    en = "Not erased: the person concerned does not enter or confirm it; two others of the staff do. Nothing changed; choose others."
    status = 422


class HoldsOffice(Refusal):
    """Somebody in an office acts in its name. Facts: role, role_en."""

    zh = "没有删除：这个人现在还有“{role}”的职务，公共事务要有人负责。请先在“职务”里登记职务结束，再来删除。什么也没有改动。"
    en = "Not erased: this person still holds the role of {role_en}. Record under “Offices” that the term ended, then erase. Nothing changed."


class StillBound(Refusal):
    """A binding that was made meanwhile, or is left standing."""

    zh = "没有删除：这个人刚刚又绑定了登录，要一起解除。什么也没有改动，请重新打开这一页，再交一次。"
    en = "Not erased: this person was bound again just now, which has to end with it. Nothing changed; reload and send again."


class WordsMeanwhile(Refusal):
    """Words of the person were added or erased between reading and saving."""

    zh = "没有删除：这个人写下的话刚刚有变动。什么也没有改动，请重新打开这一页看一眼，再交一次。"
    en = "Not erased: the words of this person changed just now. Nothing changed; reload, look, and send again."


class WasErased(Refusal):
    """Somebody whose data were erased is not signed in and holds no office any more."""

    zh = "没有记下：这个人的个人资料已经按规定删除，不能再绑定登录或担任职务。要重新参加，请先在名册里重新登记。"
    en = (
        "Not recorded: the data of this person were erased, so there is no sign-in and no office any more. "
        "To take part again, they are entered in the register anew."
    )
