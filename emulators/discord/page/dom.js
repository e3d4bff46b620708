/**
 * Builds an element. Text always goes in as text, never as markup.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] `on…` functions become listeners, true/false toggle, null is left out.
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue;
    if (name.startsWith('on') && typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (name === 'style' && typeof value === 'object') setStyle(element, value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

function setStyle(element, style) {
  for (const [name, value] of Object.entries(style)) element.style.setProperty(name, value);
}

/** An element that the page is known to contain, by id. */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}`);
  return element;
}

let uniqueCount = 0;

/** An id that connects labels and lists. */
export function uniqueId(prefix) {
  uniqueCount += 1;
  return `${prefix}-${uniqueCount}`;
}

/** A stable colour for an id, used for initials. */
export function hueOf(id) {
  let sum = 0;
  for (const digit of id) sum = (sum * 31 + digit.charCodeAt(0)) % 360;
  // Ids of one seed differ in the last digit only, so they are spread over the colour circle.
  return (sum * 47) % 360;
}

/** `0xrrggbb` as a CSS colour; 0 means none. */
export function toCssColor(color) {
  return color ? `#${color.toString(16).padStart(6, '0')}` : null;
}
