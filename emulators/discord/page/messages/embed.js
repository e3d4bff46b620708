import { h, toCssColor } from '../dom.js';
import { formatTime } from '../time.js';
import { parseInline, renderMarkdown } from './markdown.js';

function renderField(field) {
  return h(
    'div',
    { class: field.inline ? 'embed-field inline' : 'embed-field' },
    h('p', { class: 'embed-field-name' }, ...parseInline(field.name)),
    renderMarkdown(field.value),
  );
}

function renderFooter(embed) {
  const parts = [embed.footer?.text, embed.timestamp && formatTime(new Date(embed.timestamp), 'f')];
  const text = parts.filter(Boolean).join(' · ');
  return text === '' ? null : h('p', { class: 'embed-footer quiet' }, text);
}

/** An embed, the older kind of rich message. */
export function renderEmbed(embed) {
  const color = toCssColor(embed.color);
  const title = embed.url
    ? h('a', { href: embed.url, target: '_blank', rel: 'noreferrer noopener' }, embed.title ?? embed.url)
    : embed.title && h('span', {}, ...parseInline(embed.title));
  return h(
    'div',
    { class: 'embed', style: color ? { '--container-accent': color } : {} },
    embed.thumbnail && h('img', { class: 'cv2-thumbnail', src: embed.thumbnail.url, alt: '' }),
    embed.author && h('p', { class: 'embed-author' }, embed.author.name),
    title && h('p', { class: 'embed-title' }, title),
    embed.description && renderMarkdown(embed.description),
    embed.fields && h('div', { class: 'embed-fields' }, ...embed.fields.map(renderField)),
    embed.image && h('img', { class: 'cv2-picture', src: embed.image.url, alt: '' }),
    renderFooter(embed),
  );
}
