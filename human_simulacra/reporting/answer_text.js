// Answers and tables as plain text, for the clipboard.

function questionLines(row) {
  const result = [`Question: ${row.question || row.asked || ""}`];
  if (row.options) result.push(...row.options.map((option, i) => `${letter(i)}. ${option}${isRight(row, i) ? " (right)" : ""}`));
  else if (row.answer !== undefined) result.push(`Accepted answers: ${acceptedAnswers(row.answer)}`);
  return result;
}

function replyLines(row, place) {
  const chosen = (row.options || []).map((_, i) => i).filter((i) => isChosen(row, i)).map(letter).join(", ");
  const result = [`${modelName(rows[place])}: ${row.outcome}${chosen ? `, chose ${chosen}` : ""}`, `Reply: ${row.reply ?? row.error ?? "(no answer)"}`];
  (row.memories || []).forEach(([id, score, words, paragraphs, found], i) => {
    const evidence = paragraphs.filter((_, n) => found[n]);
    result.push(`Memory ${i + 1}: ${id}, score ${Number(score).toFixed(3)}${evidence.length ? `, evidence ${evidence.join(", ")}` : ""}`, words);
  });
  return result;
}

const answerText = (row, place) => [...questionLines(row), "", ...replyLines(row, place)].join("\n");

const tableText = (table) => [...table.rows].map((row) => [...row.cells].map((cell) => {
  const copy = cell.cloneNode(true);
  for (const node of copy.querySelectorAll(".star, .bar")) node.remove();
  for (const node of copy.querySelectorAll("br")) node.replaceWith(" ");
  return copy.textContent.replace(/\s+/g, " ").trim();
}).join("\t")).join("\n");

// Browsers may refuse the clipboard, for instance in an embedded page; then the text is shown for copying by hand.
async function copy(words, button, status) {
  let copied = true;
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    const area = make("textarea", { readonly: "", rows: "4", "aria-label": "Text to copy" });
    area.value = words;
    status.after(area);
    area.select();
    copied = document.execCommand("copy");
    if (copied) {
      area.remove();
      button.focus();
    } else area.addEventListener("blur", () => area.remove());
  }
  status.textContent = copied ? "Copied" : "Press Ctrl+C or ⌘C to copy the selected text";
}

// `write` returns the text when the button is pressed.
function copyButton(name, write, status) {
  const button = make("button", { type: "button" }, name);
  button.addEventListener("click", () => copy(write(), button, status));
  return button;
}

const link = (hash) => location.href.split("#")[0] + hash;

function answerTools(row, place) {
  const status = make("span", { class: "meta", role: "status" });
  const { question } = addresses[place];
  const count = questionPlaces.get(question).length;
  return make("p", { class: "tools" },
    count > 1 ? make("a", { class: "button", href: questionHash(question) }, `Compare all ${count} answers`) : null,
    copyButton("Copy text", () => answerText(row, place), status),
    copyButton("Copy link", () => link(answerHash(place)), status), status);
}

function tableTools(box) {
  const status = make("span", { class: "meta", role: "status" });
  box.after(make("p", { class: "tools quiet" }, copyButton("Copy table", () => tableText(box.querySelector("table")), status), status));
}
