// Fields with many choices get them as one types; texts to be copied get a button.

for (const field of document.querySelectorAll("input[data-choices]")) {
  const list = document.getElementById(field.getAttribute("list"));
  let last = 0;
  field.addEventListener("input", async () => {
    const mine = ++last;
    await new Promise((done) => setTimeout(done, 150));
    if (mine !== last) return;
    const answer = await fetch(`${field.dataset.choices}?q=${encodeURIComponent(field.value)}`);
    if (!answer.ok || mine !== last) return;
    const choices = await answer.json();
    list.replaceChildren(...choices.map((choice) => {
      const option = document.createElement("option");
      option.value = choice.of ? choice.value : choice[field.dataset.language];
      if (choice.of) option.label = `${choice[field.dataset.language]} (${choice.of[field.dataset.language]})`;
      return option;
    }));
  });
}

const words = document.documentElement.lang === "en" ? ["Copy", "Copied"] : ["コピー", "コピーしました"];
for (const box of document.querySelectorAll(".code")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  button.textContent = words[0];
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(box.querySelector("pre").textContent);
    button.textContent = words[1];
    setTimeout(() => { button.textContent = words[0]; }, 2000);
  });
  box.append(button);
}
