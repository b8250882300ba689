import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kinds } from '../db/columns.ts'
import { sampleReader, sampleView, templateRulesOf } from '../domain/templates/template-rules.ts'
import { definitionOf } from '../kinds/registry.ts'
import { builtInLocales, builtInTemplate } from './built-in.ts'
import { fillMarkup } from './fill-template.ts'
import { lintTemplate } from './lint-template.ts'
import { escapeHtml, renderEmail } from './render-email.ts'
import { renderMessage } from './render-message.ts'

const texts = kinds.flatMap((kind) =>
  definitionOf(kind).channels.flatMap((channel) => builtInLocales.map((locale) => ({ kind, channel, locale }))),
)

describe('built-in texts', () => {
  test.each(texts)('$kind over $channel in $locale is there, and there is nothing wrong with it', (key) => {
    const text = builtInTemplate(key.kind, key.channel, key.locale)
    expect(text).not.toBeNull()
    if (text) expect(lintTemplate(text, templateRulesOf(key.kind, key.channel))).toEqual([])
  })

  test.each(texts)(
    '$kind over $channel in $locale leaves no brace and no markup behind',
    ({ kind, channel, locale }) => {
      const text = builtInTemplate(kind, channel, locale)
      if (!text) throw new Error('no text')
      const { title, body, html } = renderMessage(text, sampleView(kind, locale), { channel, locale })
      for (const part of [title, body, html ?? '']) expect(part).not.toMatch(/\{\{|\}\}|\*\*|undefined|\[object/)
      expect(body).not.toMatch(/^[#|] /m)
      expect(title.length).toBeLessThan(150)
    },
  )

  test('every kind can be written for somebody without a name, where there is no web app', () => {
    for (const kind of kinds) {
      const definition = definitionOf(kind)
      const reader = { ...sampleReader('en'), name: null, webUrl: null }
      const view = definition.view(definition.sample as never, reader)
      const text = builtInTemplate(kind, 'EMAIL', 'en')
      const { body, html } = renderMessage(text ?? { title: '', body: '' }, view, { channel: 'EMAIL', locale: 'en' })
      expect(body).not.toMatch(/null|https:(?!\/\/www\.openstreetmap\.org\/search)|Hello ,/)
      expect(html).not.toMatch(/href="(?!https:..www\.openstreetmap\.org\/search)/)
    }
  })
})

describe('what a value is', () => {
  test('whatever stands in a value, it stands in the mail as itself: no markup, no HTML, no line of its own', () => {
    const nasty = fc.string({
      unit: fc.constantFrom('*', '[', ']', '(', ')', '\\', '#', '|', '!', '-', '<', '>', '&', '"', "'", ' ', '\n', 'a'),
      maxLength: 40,
    })
    fc.assert(
      fc.property(nasty, (value) => {
        const expected = value.replace(/\s+/g, ' ').trim()
        const template =
          'A {{value}} b\n\n# C {{value}} d\n\n- e {{value}} f\n\n| g | h {{value}} i\n\n**j {{value}} k**'
        const { html, text } = renderEmail(fillMarkup(template, { value: expected }), {
          title: 't',
          locale: 'en',
          footer: '',
        })
        const lines = [
          `A ${expected} b`,
          `C ${expected} d`,
          `- e ${expected} f`,
          `g: h ${expected} i`,
          `j ${expected} k`,
        ]
        expect(text).toBe(`${lines.join('\n\n')}\n`)
        expect(html).toContain(`>A ${escapeHtml(expected)} b</p>`)
        expect(html).toContain(`<strong>j ${escapeHtml(expected)} k</strong>`)
      }),
    )
  })

  test('a link goes nowhere but to the web or to a mailbox', () => {
    const { html, text } = renderEmail('[a](javascript:alert(1\\)) and [b](https://x.example/?q="><script>)', {
      title: 't',
      locale: 'en',
      footer: '',
    })
    expect(html).not.toMatch(/javascript|<script/)
    expect(text).toContain('b (https://x.example/?q=%22%3E%3Cscript%3E)')
  })

  test('a title is one line, whatever is put into it', () => {
    const { title } = renderMessage(
      { title: 'For {{name}}', body: 'x' },
      { name: 'a\r\nBcc: eve@example.org' },
      { channel: 'EMAIL', locale: 'en' },
    )
    expect(title).toBe('For a Bcc: eve@example.org')
  })
})

describe('lint', () => {
  const rules = templateRulesOf('TICKETS_ISSUED', 'EMAIL')
  const good = builtInTemplate('TICKETS_ISSUED', 'EMAIL', 'en') ?? { title: '', body: '' }

  test.each([
    ['{{nobody}}', 'body: unknown variable nobody'],
    ['{{placeLabel}}', 'body: unknown variable placeLabel'],
    ['{{#tickets}}{{nobody}}{{/tickets}}', 'body: unknown variable nobody'],
    ['{{constructor}}', 'body: unknown variable constructor'],
    ['{{{eventTitle}}}', 'body: eventTitle is not escaped. Write {{name}} with two braces'],
    ['{{> other}}', 'body: other would include another template. Write the text itself'],
    ['{{=<% %>=}}', 'body: <% %> would change the delimiters. Use {{ and }}'],
    ['{{tickets}}', 'body: tickets is a list. Open it with {{#tickets}}'],
  ])('finds what is wrong with %s', (addition, problem) => {
    expect(lintTemplate({ ...good, body: good.body + addition }, rules)).toEqual([problem])
  })

  test('finds a section that is never closed, and an empty text', () => {
    expect(lintTemplate({ ...good, body: `${good.body}{{#tickets}}` }, rules)[0]).toMatch(/Unclosed section/)
    expect(lintTemplate({ title: ' ', body: good.body }, rules)).toContain('title: must not be empty')
  })

  test('finds that the message would fail its purpose', () => {
    const problems = lintTemplate({ title: 'Tickets', body: 'They are attached, for {{eventTitle}}.' }, rules)
    expect(problems).toContain('tickets.cid is required, and the template does not use it')
  })
})

test('a text message is never longer than four parts', () => {
  const view = { title: 'News', body: 'long '.repeat(500) }
  const { body } = renderMessage({ title: '', body: '{{title}} {{body}}' }, view, { channel: 'SMS', locale: 'en' })
  expect(body).toHaveLength(600)
})

test('below an e-mail stands where to write to, and where to choose what one is told when one can', () => {
  const text = { title: 't', body: 'x' }
  const [supportEmail, preferencesUrl] = ['help_me@tikitu.example', 'https://web.example/preferences']
  const footer = { supportEmail, preferencesUrl, unsubscribeUrl: null }
  const en = renderMessage(text, {}, { channel: 'EMAIL', locale: 'en', footer })
  expect(en.body).toBe(
    'x\n\n-- \nQuestions? Email help_me@tikitu.example. Manage your notifications (https://web.example/preferences).\n',
  )
  expect(en.html).toContain('href="mailto:help_me@tikitu.example"')
  const id = renderMessage(text, {}, { channel: 'EMAIL', locale: 'id', footer: { ...footer, preferencesUrl: null } })
  expect(id.body).toBe('x\n\n-- \nAda pertanyaan? Tulis ke help_me@tikitu.example.\n')
})
