"use strict";
// The answer browser. Model output enters the page through textContent, never as HTML.
(() => {
  const { lines, rows } = JSON.parse(document.getElementById("data").textContent);
  const browser = document.getElementById("browser");
  const form = browser.querySelector("form");
  const list = browser.querySelector(".list");
  const more = browser.querySelector(".next button");
  const count = browser.querySelector(".count");
  const PAGE = 40;
  const FILTERS = [["run", "Run"], ["model", "Model"], ["experiment", "Experiment"], ["type", "Type"], ["character", "Character"], ["outcome", "Outcome"]];

  const text = (packed) => (packed === undefined || packed === null ? "" : packed.split(",").map((n) => lines[parseInt(n, 36)]).join("\n"));
  const unpack = (value) => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map(unpack);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unpack(inner)]));
    return value;
  };
  const make = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  };

  // A search tests each distinct line once, then finds the rows that contain a matching line.
  const contains = (value, found) => {
    if (typeof value === "string") return value.split(",").some((n) => found[parseInt(n, 36)]);
    if (value && typeof value === "object") return Object.values(value).some((inner) => contains(inner, found));
    return false;
  };

  const labels = rows.map((row) => Object.fromEntries(FILTERS.map(([key]) => [key, text(row[key])])));
  const selects = form.querySelector(".selects");
  for (const [key, name] of FILTERS) {
    const values = [...new Set(labels.map((label) => label[key]))];
    if (key === "run" && values.length < 2) continue;
    const select = make("select", { name: key }, make("option", { value: "" }, "all"), ...values.map((v) => make("option", { value: v }, v)));
    selects.append(make("label", {}, name + " ", select));
  }
  selects.append(make("button", { type: "reset" }, "Clear"));
  const narrow = matchMedia("(max-width: 759px)");
  form.querySelector(".more").open = !narrow.matches;
  narrow.addEventListener("change", () => { form.querySelector(".more").open = !narrow.matches; });

  let chosen = [];
  let shown = 0;

  function filter() {
    const wanted = FILTERS.map(([key]) => [key, form.elements[key] ? form.elements[key].value : ""]).filter(([, value]) => value);
    const query = form.elements.text.value.trim().toLowerCase();
    const found = query ? lines.map((line) => line.toLowerCase().includes(query)) : null;
    chosen = [];
    rows.forEach((row, place) => {
      if (wanted.every(([key, value]) => labels[place][key] === value) && (!found || contains(row, found))) chosen.push(place);
    });
    list.replaceChildren();
    shown = 0;
    show();
  }

  function show() {
    const next = chosen.slice(shown, shown + PAGE);
    list.append(...next.map(entry));
    shown += next.length;
    const format = (n) => n.toLocaleString("en");
    count.textContent = chosen.length === rows.length ? `${format(rows.length)} answers` : `${format(chosen.length)} of ${format(rows.length)} answers`;
    if (!chosen.length) count.textContent += ": no answer matches, clear a filter";
    more.parentElement.hidden = shown >= chosen.length;
    more.textContent = `Show ${Math.min(PAGE, chosen.length - shown)} more`;
  }

  function entry(place) {
    const row = rows[place];
    const label = labels[place];
    const who = [label.run && selects.querySelector("[name=run]") ? label.run : "", label.model, label.character, label.experiment, label.type, text(row.id)];
    const node = make("details", { class: "entry" },
      make("summary", {},
        make("span", { class: "verdict " + label.outcome.split(" ")[0] }, label.outcome),
        make("span", { class: "asked" }, short(text(row.question) || text(row.asked))),
        make("span", { class: "said" }, row.reply === undefined ? "(no answer)" : short(text(row.reply)) || "(empty)"),
        make("span", { class: "who" }, [...new Set(who.filter(Boolean))].join(" · "))));
    node.addEventListener("toggle", () => {
      if (node.open && node.children.length === 1) node.append(trace(unpack(row)));
    });
    return node;
  }

  const short = (words) => (words.length > 240 ? words.slice(0, 240) + " ..." : words);
  const heading = (words) => make("h4", {}, words);
  const block = (words) => make("pre", { tabindex: "0" }, words);
  const fold = (name, ...children) => make("details", {}, make("summary", {}, name), ...children);

  function trace(row) {
    const box = make("div", { class: "trace" });
    const part = (name, value, draw = block) => {
      if (value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && !value.length)) box.append(heading(name), draw(value));
    };
    part("Error", row.error);
    part("Reply", row.reply);
    if (row.options) part("Options as shown", row.options, (options) => make("ol", { type: "A" }, ...options.map((option, i) => {
      const right = (row.answer || []).includes(i);
      const picked = row.scores && [].concat(row.scores.chosen ?? []).includes(i);
      const said = [right ? "right" : "", picked ? "chosen" : ""].filter(Boolean).join(", ");
      return make("li", right ? { class: "key-answer" } : {}, String(option), said ? make("span", { class: "meta" }, ` (${said})`) : null);
    })));
    else part("Accepted answers", row.answer, (answer) => make("p", {}, [].concat(answer).map(formatValue).join(" / ")));
    part("Options by log-likelihood", row.choices, choices);
    const { judgements, ...scores } = row.scores || {};
    part("Judgements", judgements, cards);
    if (Object.keys(scores).length) part("Scores and columns", scores, values);
    part("Retrieved memories, most relevant first", row.memories, (memories) => {
      const retrieved = new Set(memories.flatMap((m) => m[3].filter((_, i) => m[4][i])));
      const all = row.evidence || [];
      const node = make("div", {});
      if (all.length) node.append(make("p", { class: "meta" }, `Evidence of the question: ${all.join(", ")}; retrieved: ${retrieved.size} of ${all.length}`));
      node.append(make("ol", {}, ...memories.map(memory)));
      return node;
    });
    if (row.evidence && !row.memories) part("Evidence of the question", row.evidence.join(", "), (words) => make("p", {}, words));
    part("Thoughts", row.thoughts);
    part("Emotions", row.feelings);
    part("Problems", row.problems, (problems) => make("ul", {}, ...problems.map((p) => make("li", {}, p))));
    box.append(heading("Prompts and calls"));
    if (row.asked) box.append(fold("Prompt of the row", block(row.asked)));
    if (row.persona) box.append(fold("System prompt", block(row.persona)));
    for (const [agent, prompt, answer, read, cached, written, seconds, estimated, repeated] of row.calls || []) {
      const about = estimated ? "about " : "";
      const took = `${about}${read} prompt tokens (${cached} cached), ${about}${written} completion tokens, ${seconds.toFixed(2)} s${repeated ? ", from the call cache" : ""}`;
      box.append(fold(`${agent}: ${took}`, make("p", { class: "meta" }, "prompt"), block(prompt), make("p", { class: "meta" }, "completion"), block(answer)));
    }
    if (row.method || row.answering) box.append(make("p", { class: "meta" }, [row.method && `method ${row.method}`, row.answering && `answering by ${row.answering}`].filter(Boolean).join(", ")));
    return box;
  }

  function memory([id, score, words, paragraphs, found]) {
    const tags = paragraphs.map((p, i) => make("span", { class: found[i] ? "tag evidence" : "tag" }, found[i] ? `${p} ✓ evidence` : p));
    return make("li", {}, make("span", { class: "meta" }, `${id}, score ${Number(score).toFixed(3)} `), ...tags, make("pre", { tabindex: "0" }, words));
  }

  function choices(found) {
    const keys = [...new Set(found.flatMap((choice) => Object.keys(choice)))];
    const cell = (value) => (typeof value === "number" ? String(Math.round(value * 1000) / 1000) : formatValue(value));
    return make("div", { class: "box", tabindex: "0" }, make("table", {},
      make("thead", {}, make("tr", {}, ...keys.map((key) => make("th", {}, key)))),
      make("tbody", {}, ...found.map((choice) => make("tr", {}, ...keys.map((key) => make("td", typeof choice[key] === "number" ? { class: "num" } : {}, cell(choice[key]))))))));
  }

  // Objects with long texts: the short values form the title, the long ones are collapsed.
  function cards(found) {
    return make("div", {}, ...[].concat(found).map((card) => {
      const fields = Object.entries(card).filter(([, value]) => value !== null && value !== "");
      const long = fields.filter(([, value]) => typeof value === "string" && (value.length > 60 || value.includes("\n")));
      const name = fields.filter((field) => !long.includes(field)).map(([key, value]) => `${key.replaceAll("_", " ")}: ${formatValue(value)}`).join(", ");
      return fold(name || "judgement", ...long.flatMap(([key, value]) => [make("p", { class: "meta" }, key.replaceAll("_", " ")), block(value)]));
    }));
  }

  // The columns of any experiment; lists of objects, such as judgements, become tables.
  function values(columns) {
    const node = make("dl", {});
    for (const [key, value] of Object.entries(columns)) {
      const table = Array.isArray(value) && value.length && value.every((v) => v && typeof v === "object" && !Array.isArray(v));
      const long = table && value.some((v) => Object.values(v).some((inner) => typeof inner === "string" && inner.length > 80));
      const drawn = long ? cards(value) : table ? choices(value) : typeof value === "string" && value.length > 120 ? block(value) : formatValue(value);
      node.append(make("dt", {}, key.replaceAll("_", " ")), make("dd", {}, drawn));
    }
    return node;
  }

  function formatValue(value) {
    if (Array.isArray(value)) return value.map(formatValue).join(", ");
    if (value && typeof value === "object") return Object.entries(value).map(([key, inner]) => `${key}: ${formatValue(inner)}`).join("; ");
    if (typeof value === "boolean") return value ? "yes" : "no";
    return value === null || value === undefined ? "" : String(value);
  }

  let waiting = 0;
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, event.target.name === "text" ? 120 : 0);
  });
  form.addEventListener("reset", () => setTimeout(filter, 0));
  form.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
  more.addEventListener("click", show);
  // Print collapsed charts too, but not the long tables by character.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.onprint:not([open])")];
    for (const node of opened) node.open = true;
  });
  addEventListener("afterprint", () => { for (const node of opened) node.open = false; });
  browser.hidden = false;
  filter();
})();
