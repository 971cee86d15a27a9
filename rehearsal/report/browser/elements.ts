export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

/** One that says with `aria-disabled` that it would do nothing is not heeded. */
export function button(label: string, press: () => void): HTMLButtonElement {
  const made = element('button', 'tool');
  made.type = 'button';
  made.textContent = label;
  made.addEventListener('click', () => {
    if (made.getAttribute('aria-disabled') !== 'true') press();
  });
  return made;
}
