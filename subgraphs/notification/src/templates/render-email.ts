import { type Block, type Inline, parseMarkup } from './parse-markup.ts'

/** A text as it is sent: for programs that show HTML, and for those that do not. */
export interface EmailText {
  html: string
  text: string
}

/** Turns filled-in markup into both forms of an e-mail. What is shown of an image is the attachment with its `cid`. */
export function renderEmail(markup: string, frame: Frame): EmailText {
  const blocks = parseMarkup(markup)
  const footer = parseMarkup(frame.footer)
  const text = textOf(blocks) + (frame.footer ? `\n-- \n${textOf(footer)}` : '')
  return { html: htmlPage(blocks, { ...frame, footer: footer.map(footerHtml).join('\n') }), text }
}

/** What is around the message itself. */
export interface Frame {
  title: string
  locale: string
  /** What stands below it, as markup; empty for nothing. */
  footer: string
}

/** The text with every sign that HTML takes for its own made harmless, also inside an attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

const font = "font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans',Helvetica,Arial,sans-serif"
const ink = '#16181d'
const faint = '#5b6270'
const accent = '#4338ca'

/** Tables and styles in the elements: what all mail programs have agreed on. Narrow screens take the full width. */
function htmlPage(blocks: readonly Block[], { title, locale, footer }: Frame): string {
  const rows = groupFacts(blocks).join('\n')
  return `<!doctype html>
<html lang="${escapeHtml(locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escapeHtml(title)}</title>
</head>
<body style="margin:0;padding:0;background:#f2f3f7;${font};color:${ink};-webkit-text-size-adjust:100%">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f2f3f7"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px">
<tr><td style="padding:0 8px 14px;font-size:20px;font-weight:700;letter-spacing:-.02em;color:${accent}">tikitu</td></tr>
<tr><td style="background:#ffffff;border-radius:14px;padding:32px 28px;font-size:16px;line-height:1.5">
${rows}
</td></tr>
<tr><td style="padding:16px 8px 0;font-size:13px;line-height:1.5;color:${faint}">
${footer}
</td></tr>
</table>
</td></tr></table>
</body>
</html>
`
}

/** Facts that follow each other share one table, so that their values stand in one column. */
function groupFacts(blocks: readonly Block[]): string[] {
  const html: string[] = []
  blocks.forEach((block, index) => {
    const isFact = block.type === 'fact'
    // A table ends in a line of its own.
    if (block.type === 'rule' && blocks[index - 1]?.type === 'fact') return
    if (isFact && blocks[index - 1]?.type !== 'fact') html.push(tableStart)
    html.push(htmlOf(block))
    if (isFact && blocks[index + 1]?.type !== 'fact') html.push('</table>')
  })
  return html
}

const tableStart =
  '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:0 0 20px;border-top:1px solid #e4e7ee">'

function htmlOf(block: Block): string {
  switch (block.type) {
    case 'heading':
      return `<h1 style="margin:0 0 14px;font-size:24px;line-height:1.25;letter-spacing:-.02em">${inlineHtml(block.inlines)}</h1>`
    case 'paragraph':
      return `<p style="margin:0 0 16px">${inlineHtml(block.inlines)}</p>`
    case 'item':
      return `<p style="margin:0 0 12px;padding-left:20px;text-indent:-14px">•&nbsp; ${inlineHtml(block.inlines)}</p>`
    case 'fact':
      return factHtml(block)
    case 'button':
      return `<p style="margin:24px 0"><a href="${escapeHtml(block.url)}" style="display:inline-block;padding:13px 22px;border-radius:10px;background:${accent};color:#ffffff;font-weight:600;text-decoration:none">${escapeHtml(block.text)}</a></p>`
    case 'image':
      return `<p style="margin:0 0 20px;text-align:center"><img src="cid:${escapeHtml(block.cid)}" alt="${escapeHtml(block.text)}" width="260" height="260" style="width:260px;height:260px;max-width:100%"></p>`
    case 'rule':
      return '<hr style="margin:24px 0;border:0;border-top:1px solid #e4e7ee">'
  }
}

function footerHtml(block: Block): string {
  return block.type === 'paragraph' ? `<p style="margin:0 0 8px">${inlineHtml(block.inlines)}</p>` : htmlOf(block)
}

function factHtml({ label, value }: { label: string; value: string }): string {
  const cell = 'padding:9px 0;border-bottom:1px solid #e4e7ee;vertical-align:top;overflow-wrap:anywhere'
  return `<tr><td style="${cell};width:34%;color:${faint};font-size:14px">${escapeHtml(label)}</td><td style="${cell};font-weight:600">${escapeHtml(value)}</td></tr>`
}

function inlineHtml(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) => {
      const text = escapeHtml(inline.text)
      if (inline.type === 'link') return `<a href="${escapeHtml(inline.url)}" style="color:${accent}">${text}</a>`
      return inline.isStrong ? `<strong>${text}</strong>` : text
    })
    .join('')
}

function textOf(blocks: readonly Block[]): string {
  const parts = blocks.map((block, index) => {
    const next = blocks[index + 1]?.type
    const isTight = (block.type === 'fact' || block.type === 'item') && next === block.type
    return textOfBlock(block) + (isTight ? '\n' : '\n\n')
  })
  return `${parts.join('').trim()}\n`
}

function textOfBlock(block: Block): string {
  switch (block.type) {
    case 'heading':
    case 'paragraph':
      return inlineText(block.inlines)
    case 'item':
      return `- ${inlineText(block.inlines)}`
    case 'fact':
      return `${block.label}: ${block.value}`
    case 'button':
      return `${block.text}:\n${block.url}`
    case 'image':
      return `[${block.text}]`
    case 'rule':
      return '----------------------------------------'
  }
}

function inlineText(inlines: readonly Inline[]): string {
  return inlines.map((inline) => (inline.type === 'link' ? linkText(inline) : inline.text)).join('')
}

/** An address that is its own text is not said twice. */
function linkText({ text, url }: { text: string; url: string }): string {
  return url === `mailto:${text}` ? text : `${text} (${url})`
}
