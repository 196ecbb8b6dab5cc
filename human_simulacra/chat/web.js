// Keeps logs at their end while an answer grows, and opens the life story where a link points into it.
(() => {
  new MutationObserver(() => {
    // Gradio 5.50 names each radio button of a group differently, so that arrow keys do not move within it.
    for (const group of document.querySelectorAll("fieldset")) {
      const buttons = group.querySelectorAll('input[type="radio"]');
      for (const button of buttons) if (button.name !== buttons[0].name) button.name = buttons[0].name;
    }
    for (const log of document.querySelectorAll(".hs-log")) {
      if (log.dataset.seen !== log.textContent.length.toString()) {
        log.dataset.seen = log.textContent.length.toString();
        log.scrollTop = log.scrollHeight;
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const story = target.closest("details");
    if (story) story.open = true;
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);
  // The same link twice changes no hash.
  addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href^="#story-"]');
    if (link && link.getAttribute("href") === location.hash) reveal();
  });
})();
