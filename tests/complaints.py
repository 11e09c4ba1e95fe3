"""What pages complain of while a test uses them: scripts, the console, the content security policy."""

from urllib.parse import urldefrag

from playwright.sync_api import BrowserContext, ConsoleMessage, Response, WebError


class Complaints:
    """Everything that browser contexts complained of.

    A page that is itself a refusal (403, 409, 422 …), or a form that a script sent and that was refused, is an answer and no
    complaint; a missing picture is one.
    """

    def __init__(self) -> None:
        self._heard: list[tuple[str, str]] = []
        self._refusals: set[str] = set()

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", self._script)
        context.on("response", self._response)

    def all(self) -> list[str]:
        return [
            f"{where}: {text}"
            for where, text in self._heard
            if not (where in self._refusals and text.startswith("Failed to load resource"))
        ]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self._heard.append((urldefrag(message.location["url"]).url, message.text))

    def _script(self, error: WebError) -> None:
        self._heard.append((error.page.url if error.page else "?", str(error.error)))

    def _response(self, response: Response) -> None:
        answers = response.request.is_navigation_request() or response.request.method == "POST"
        if 400 <= response.status < 500 and answers:
            self._refusals.add(urldefrag(response.url).url)
