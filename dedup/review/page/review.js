"use strict";
// The page shows what the server says and sends keys. Texts of stories come as JSON and are set as
// text, never as markup.
const place = (id) => document.getElementById(id);
const ELEMENTS = { removed: "del", added: "ins", marked: "mark", same: "span" };
const SIGNS = { "=": "the same", "~": "changed", ">": "in question", " ": "" };
let state = null;
let sending = false;

function made(name, text, className) {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
}

function cell(row, text, className) {
  return row.appendChild(made("td", text, className));
}

function lineRow(line) {
  const row = made("tr", undefined, line.sign === "=" ? "same" : "");
  cell(row, line.a, "number");
  const sign = cell(row, undefined, "sign");
  const glyph = sign.appendChild(made("span", line.sign));
  glyph.setAttribute("aria-hidden", "true");
  sign.appendChild(made("span", SIGNS[line.sign], "unseen"));
  cell(row, line.b, "number");
  const text = cell(row, undefined, "text");
  text.dir = "auto";
  for (const part of line.parts) text.appendChild(made(ELEMENTS[part.kind], part.text));
  return row;
}

function keyButton(key) {
  const button = made("button");
  button.type = "button";
  button.dataset.key = key.key;
  button.appendChild(made("kbd", key.key));
  button.appendChild(document.createTextNode(key.means));
  button.addEventListener("click", () => press(key.key));
  return button;
}

function busy(yes) {
  sending = yes;
  place("review").setAttribute("aria-busy", String(yes));
}

function paragraphs(texts) {
  return texts.map((text) => made("p", text));
}

function show() {
  const card = state.card;
  place("progress").textContent = state.ended
    ? `${state.answered} of ${state.of} answered; all are saved. You can close this page.`
    : `${state.at} of ${state.of} · ${state.answered} answered`;
  place("last").replaceChildren(
    ...(state.last ? paragraphs([`you: ${state.last.answer}`, ...state.last.verdicts]) : []));
  place("prompt").textContent = state.ended ? "Ended" : card ? card.prompt : "No question is left.";
  place("keys").replaceChildren(...(state.ended ? [] : state.keys.map(keyButton)));
  place("heads").replaceChildren(...paragraphs(card ? card.heads : []));
  place("lines").replaceChildren(...(card ? card.lines.map(lineRow) : []));
  place("notes").replaceChildren(...(card ? card.notes.map((note) => made("li", note)) : []));
  place("prompt").focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

async function ask(path, options) {
  place("error").textContent = "";
  try {
    const answer = await fetch(path, options);
    const body = await answer.json();
    if (body.error) throw new Error(body.error);
    state = body;
    show();
  } catch (error) {
    place("error").textContent = `${error.message}. If dedup review has ended, start it again.`;
  }
}

async function press(key) {
  if (sending || state === null || state.ended) return;
  busy(true);
  await ask("press", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ key, at: state.at, answered: state.answered }),
  });
  busy(false);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || state === null) return;
  const key = event.key.toLowerCase();
  if (state.keys.some((known) => known.key === key)) {
    event.preventDefault();
    press(key);
  }
});

ask("state");
