/** A run of text inside a block. */
export type Inline = { type: 'text'; text: string; isStrong: boolean } | { type: 'link'; text: string; url: string }

/** A piece of a message, one below the other. */
export type Block =
  | { type: 'heading' | 'paragraph' | 'item'; inlines: Inline[] }
  | { type: 'fact'; label: string; value: string }
  | { type: 'button'; text: string; url: string }
  | { type: 'image'; text: string; cid: string }
  | { type: 'rule' }

const link = /\[((?:\\.|[^\]\\])*)\]\(((?:\\.|[^)\\])*)\)/
const loneLink = new RegExp(`^${link.source}$`)
const loneImage = new RegExp(`^!${link.source}$`)
const inlineToken = new RegExp(`\\\\(.)|(\\*\\*)|${link.source}`, 'gs')

/**
 * Reads the markup of our e-mails: `# heading`, `- item`, `| label | value`, `---`, `[text](url)` (a button when it is
 * alone on its line), `![text](cid:…)`, `**strong**`, and paragraphs. A backslash takes the meaning out of the sign after
 * it. A link that is neither http, https nor mailto stays as its text alone.
 */
export function parseMarkup(text: string): Block[] {
  const blocks: Block[] = []
  let paragraph: string[] = []
  const endParagraph = (): void => {
    if (paragraph.length > 0) blocks.push({ type: 'paragraph', inlines: parseInlines(paragraph.join(' ')) })
    paragraph = []
  }
  for (const line of text.split('\n').map((each) => each.trim())) {
    const block = line === '' ? null : blockOfLine(line)
    if (line !== '' && !block) paragraph.push(line)
    else endParagraph()
    if (block) blocks.push(block)
  }
  endParagraph()
  return blocks
}

/** What a value must become so that it stands in markup as itself and on one line. */
export function escapeMarkup(value: string): string {
  return value.replace(/\s+/g, ' ').replace(/[\\*[\]()#|!-]/g, '\\$&')
}

function blockOfLine(line: string): Block | null {
  if (line === '---') return { type: 'rule' }
  if (line.startsWith('# ')) return { type: 'heading', inlines: parseInlines(line.slice(2)) }
  if (line.startsWith('- ')) return { type: 'item', inlines: parseInlines(line.slice(2)) }
  if (line.startsWith('| ')) return factOf(line)
  const image = loneImage.exec(line)
  if (image) return { type: 'image', text: plain(image[1] ?? ''), cid: plain(image[2] ?? '').replace(/^cid:/, '') }
  const button = loneLink.exec(line)
  const url = button ? safeUrl(plain(button[2] ?? '')) : null
  return button && url ? { type: 'button', text: plain(button[1] ?? ''), url } : null
}

function factOf(line: string): Block {
  const [label = '', ...rest] = line.slice(2).split(/(?<!\\)\|/)
  return { type: 'fact', label: plain(label.trim()), value: plain(rest.join('|').trim()) }
}

function parseInlines(text: string): Inline[] {
  const inlines: Inline[] = []
  let isStrong = false
  let from = 0
  let pending = ''
  const flush = (): void => {
    if (pending) inlines.push({ type: 'text', text: pending, isStrong })
    pending = ''
  }
  for (const match of text.matchAll(inlineToken)) {
    const [whole, escaped, strong, label = '', url = ''] = match
    pending += text.slice(from, match.index)
    from = match.index + whole.length
    if (escaped !== undefined) pending += escaped
    else flush()
    if (strong) isStrong = !isStrong
    if (escaped === undefined && !strong) inlines.push(linkOf(plain(label), plain(url)))
  }
  pending += text.slice(from)
  flush()
  return inlines
}

function linkOf(text: string, target: string): Inline {
  const url = safeUrl(target)
  return url ? { type: 'link', text, url } : { type: 'text', text, isStrong: false }
}

function plain(text: string): string {
  return text.replace(/\\(.)/gs, '$1')
}

function safeUrl(text: string): string | null {
  const url = URL.parse(text)
  return url && ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null
}
