"""What stands in the way of letters and bindings, each with its sentence."""

from __future__ import annotations

from deliberation.errors import AlreadyRecorded, Refusal


class RulesUnclear(Refusal):
    """A window or a life of letters out of bounds."""

    zh = "登录办法没有记下：等待时间是0到720小时，信的有效期是1到366天。您填的内容还在。"
    en = "Not recorded: the waiting time is 0 to 720 hours, letters last 1 to 366 days. Your entry is kept."
    status = 422


class NoRulesYet(Refusal):
    """Letters before the rules of signing in."""

    zh = "还没有定登录办法，信没有做。请先定等待时间和信的有效期，再做信。"
    en = "No rules of signing in are adopted, so no letters were made. Adopt them first, then make letters."


class LetterFault(Refusal):
    """A letter with an unknown target, a number twice, or no time to use it."""

    zh = "登录信没有做成：有一封的住处或人不在名册里，或者填得不全。什么也没有记下，请核对后再做一次。"
    en = "The letters were not made: one names nobody of the register, or is incomplete. Nothing was recorded; check and repeat."
    status = 422


class LetterUsed(AlreadyRecorded):
    """A letter binds once; somebody else was faster."""

    zh = "这封信刚刚已经有人用过，您这一次没有绑定。要是家里人用的，请再领一封；不是家里人，请马上给居民厅打电话。"
    en = (
        "This letter has just been used by somebody, so you were not bound. If it was your family, ask for another letter; "
        "if not, call the office at once."
    )


class LetterOver(Refusal):
    """A letter that was replaced or has expired."""

    zh = "这封信已经过期或者换过新的，不能再用，没有绑定。请找记录员换一封，旧信可以扔掉。"
    en = "This letter has expired or was replaced and cannot be used. Ask the secretary for a new one."


class NotOfThisHome(Refusal):
    """The person is not of the home for which the letter is."""

    zh = "这封信不是给您这一户的，没有绑定。请核对信上的门牌，或者找记录员。"
    en = "This letter is not for your home, so nothing was bound. Check the door on it, or see the secretary."
    status = 403


class BoundAlready(AlreadyRecorded):
    """A person is bound once; homes and roles come from the register."""

    zh = "您已经绑定过了，不用再绑，这封信没有用掉。请直接登录，您名下的各户、各套房都在里面。"
    en = "You are bound already; this letter was not used up. Just sign in: all your homes are there."


class VoterNamedAlready(Refusal):
    """Another co-owner was named in the meantime."""

    zh = "另一位共有人刚刚已经登记为表决人，您这一次没有绑定，信还能用。请先和家里人商量由谁投票，再找记录员。"
    en = "Another co-owner has just been named to vote; you were not bound, the letter is still good. Agree who votes, then see the secretary."


class BindingOver(AlreadyRecorded):
    """The binding has ended already."""

    zh = "这项绑定已经解除了，不用再办。"
    en = "This binding has ended already; nothing is left to do."


class NotBoundYet(Refusal):
    """A ballot by phone before the challenge window is over, or without a binding. Facts: moment, moment_en."""

    zh = "这张票没有投进去：您的绑定要到{moment}以后才能用手机投票。在那以前可以投纸质票，请找记录员。"
    en = "This ballot was not cast: your binding votes by phone from {moment_en}. Until then paper ballots are open to you."


class NotBound(Refusal):
    """A ballot by phone of somebody without a binding."""

    zh = "这张票没有投进去：用手机投票要先凭登录信绑定。请用信绑定，或者找记录员投纸质票。"
    en = "This ballot was not cast: voting by phone needs a binding by letter. Bind first, or ask for a paper ballot."


class NoSecondPerson(Refusal):
    """Two of the staff are needed, neither of them the person concerned."""

    zh = "这一步要两位工作人员一起办，第二位不能是您自己，也不能是本人。请选另一位，您填的内容还在。"
    en = "Two of the staff are needed here, and the second can be neither you nor the person. Choose somebody else."
    status = 422


class MayNotObject(Refusal):
    """Only people of the same home, the person, or the staff object to a binding."""

    zh = "异议没有记下：只有同一户的人、本人或工作人员可以对这项绑定提出异议。请打电话或到居民厅说明。"
    en = "The objection was not recorded: people of the same home, the person, or the staff may object. Please call the office."
    status = 403


class StaffLettersElsewhere(Refusal):
    """Whoever prints a letter reads its code: for offices that is the operator's part."""

    zh = "工作人员的登录信没有做：要由系统维护在机器上做（命令 letter），当面交给本人。住户的信可以在这里做。"
    en = "No letter was made: those of the staff are made at the machine itself (command letter) and handed over in person."
    status = 403


class WrongCode(Refusal):
    """Number, code or name of a letter do not go together. Facts: left, call, call_en."""

    zh = (
        "登录号、码和姓名对不上，没有绑定，信也没有用掉。登录号是信上方的8个数字，码是方框里的10个数字，姓名写自己的全名。"
        "还可以试{left}次。弄不清楚，请{call}。"
    )
    en = (
        "Number, code and name do not go together; nothing was bound and the letter is not used up. The number is the 8 digits "
        "at the top of the letter, the code the 10 digits in the frame, the name your own full name. Tries left: {left}. "
        "If in doubt, {call_en}."
    )
    status = 422


class WrongKey(Refusal):
    """Number and PIN or password do not go together. Facts: left, call, call_en."""

    zh = (
        "登录号和密码对不上，没有登录。登录号是您那封信上方的8个数字，密码是绑定时自己定的。还可以试{left}次。"
        "忘了也不要紧：请{call}，两位工作人员当面核对后换一封信。"
    )
    en = (
        "Number and password do not go together; you are not signed in. The number is the 8 digits at the top of your letter, "
        "the password the one you chose. Tries left: {left}. If it is forgotten, {call_en}: two of the staff hand over a new letter."
    )
    status = 422


class TooManyTries(Refusal):
    """No try is left for a while. Facts: minutes, call, call_en."""

    zh = "试的次数太多了，为了安全先停一停，{minutes}分钟以后可以再试。什么也没有丢，信和密码都还有效。着急请{call}。"
    en = (
        "Too many tries: for safety please wait {minutes} minutes. Nothing is lost, letter and password are still good. "
        "If it is urgent, {call_en}."
    )
    status = 429


class PasskeyRefused(Refusal):
    """The device's proof does not fit."""

    zh = "这台设备的通行密钥没有认出来，没有登录也没有绑定。请再试一次，或者改用登录号和密码。"
    en = "The passkey of this device was not recognised; nothing was done. Please try again, or use number and password."
    status = 422


class WeakPin(Refusal):
    """A PIN that can be guessed, or typed differently the second time."""

    zh = "密码没有设好：要6个数字，两次一样，不要用123456、111111这样一猜就中的。信没有用掉，请再填一次。"
    en = "The PIN was not set: six digits, the same twice, and none that everybody guesses such as 123456. Please enter it again."
    status = 422


class WeakPassword(Refusal):
    """A password that is too short, or typed differently the second time, or a one-time code that does not fit."""

    zh = "口令没有设好：至少10个字，两次一样，并且动态码要对（请看验证器上现在的6个数字）。信没有用掉，请再填一次。"
    en = "Not set: at least 10 characters, the same twice, and the code shown by the device now. Please enter it again."
    status = 422


class PageTooOld(Refusal):
    """The page on which a letter was opened lay open for too long, or the letter was used or replaced meanwhile."""

    zh = "这一页放得太久，或者信已经换过，没有绑定。信没有丢，请把信上的号码和码再填一次。"
    en = "This page lay open for too long, or the letter was replaced; nothing was bound. Enter number and code again."
    status = 422


class SignInAgain(Refusal):
    """A new key is set long after signing in: whoever found the phone unlocked would set one too."""

    zh = "新的登录方式没有设。为了防止别人拿着您的手机改，请先退出、重新登录，再在15分钟之内来设。"
    en = "No new key was set: so that nobody who finds your phone can do it, please sign out and in, then set it within 15 minutes."
    status = 403


class NeedsStrongKey(Refusal):
    """An office is exercised after signing in with a PIN."""

    zh = (
        "办工作台的事，要凭工作人员的登录信绑定，用口令加动态码或者通行密钥登录；送到家里的信只够办居民自己的事。"
        "您填的内容还在。工作人员的信请找系统维护当面领。"
    )
    en = (
        "Acting in an office needs a binding by a letter of the staff, with a password and a one-time code or a passkey; a letter to "
        "a home is enough for a resident only. Your entry is kept. The operator hands letters of the staff over in person."
    )
    status = 403
