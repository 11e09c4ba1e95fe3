// A check that is under way: its part of the page is renewed every second, and left alone once it is done.
"use strict";

(() => {
  const renew = async () => {
    const part = document.getElementById("watch");
    if (!part || "done" in part.dataset) return;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("watch");
      if (fresh) part.replaceWith(fresh);
    } catch {
      // The line is down for a moment: the next look tries again.
    }
    setTimeout(renew, 1000);
  };
  setTimeout(renew, 1000);
})();
