import Mustache from 'mustache'
import type { View } from './fill-template.ts'

/** A template's parts: a title (empty where the channel has none) and a body. */
export interface TemplateText {
  title: string
  body: string
}

/** What a template of one kind and channel must and may hold. */
export interface TemplateRules {
  /** A filled-in view: its names are the variables there are. */
  sample: View
  /** Variables without which the message would fail its purpose: `tickets.cid`. */
  required: readonly string[]
  hasTitle: boolean
  maxBodyLength: number
}

type Token = [type: string, value: string, start: number, end: number, children?: Token[]]

const refusedTokens: Readonly<Record<string, string>> = {
  '&': 'is not escaped. Write {{name}} with two braces',
  '>': 'would include another template. Write the text itself',
  '=': 'would change the delimiters. Use {{ and }}',
}
/** A value, a section, and what stands in for an empty one. */
const namingTokens = new Set(['name', '#', '^'])
const maxTitleLength = 400

/** Everything that is wrong with a template, each as a sentence; an empty list when it can be used. */
export function lintTemplate(template: TemplateText, rules: TemplateRules): string[] {
  const used = new Set<string>()
  const problems = [
    ...lengthProblems(template, rules),
    ...partProblems('title', template.title, { sample: rules.sample, used }),
    ...partProblems('body', template.body, { sample: rules.sample, used }),
  ]
  const missing = rules.required.filter((name) => !used.has(name))
  return [...problems, ...missing.map((name) => `${name} is required, and the template does not use it`)]
}

function lengthProblems({ title, body }: TemplateText, rules: TemplateRules): string[] {
  const problems: string[] = []
  if (rules.hasTitle && !title.trim()) problems.push('title: must not be empty')
  if (!rules.hasTitle && title.trim()) problems.push('title: must be empty for this channel')
  if (title.length > maxTitleLength) problems.push(`title: must not be longer than ${maxTitleLength} characters`)
  if (!body.trim()) problems.push('body: must not be empty')
  if (body.length > rules.maxBodyLength) {
    problems.push(`body: must not be longer than ${rules.maxBodyLength} characters`)
  }
  return problems
}

function partProblems(part: string, text: string, known: { sample: View; used: Set<string> }): string[] {
  try {
    const tokens = Mustache.parse(text) as unknown as Token[]
    return checkTokens(tokens, [{ path: '', view: known.sample }], known.used).map((problem) => `${part}: ${problem}`)
  } catch (error) {
    return [`${part}: ${(error as Error).message}`]
  }
}

/** What a name can mean at a place in a template: the innermost section's fields first. */
interface Scope {
  path: string
  view: unknown
}

function checkTokens(tokens: readonly Token[], scopes: readonly Scope[], used: Set<string>): string[] {
  return tokens.flatMap((token) => checkToken(token, scopes, used))
}

function checkToken([type, name, , , children]: Token, scopes: readonly Scope[], used: Set<string>): string[] {
  const refusal = refusedTokens[type]
  if (refusal) return [`${name} ${refusal}`]
  if (!namingTokens.has(type)) return []
  const found = lookUp(name, scopes)
  if (!found) return [`unknown variable ${name}`]
  used.add(found.path)
  if (!children) return printProblems(name, found)
  return checkTokens(children, type === '#' ? [innerScope(found), ...scopes] : scopes, used)
}

function lookUp(name: string, scopes: readonly Scope[]): Scope | null {
  if (name === '.') return scopes[0] ?? null
  for (const { path, view } of scopes) {
    if (!isRecord(view) || !Object.hasOwn(view, name)) continue
    return { path: path ? `${path}.${name}` : name, view: view[name] }
  }
  return null
}

function innerScope(found: Scope): Scope {
  return Array.isArray(found.view) ? { path: found.path, view: found.view[0] } : found
}

function printProblems(name: string, { view }: Scope): string[] {
  return view !== null && typeof view === 'object' ? [`${name} is a list. Open it with {{#${name}}}`] : []
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
