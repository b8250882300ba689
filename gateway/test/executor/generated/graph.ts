import type { Part } from '../world.ts'
import { hashOf, type Tape } from './tape.ts'

interface Field {
  name: string
  type: string
  directive: string
}

interface Shape {
  types: string[]
  /** Fields that another subgraph may require. */
  open: { type: string; name: string; owner: string }[]
}

const colors = ['RED', 'GREEN', 'BLUE']
const kinds = [
  'String', 'String!', 'Int', 'Float', 'Boolean', 'Color', '[String]', '[[Int!]]', 'ENTITY', 'ENTITY!', '[ENTITY]', '[ENTITY!]!',
  '[[ENTITY]]', 'VALUE', '[VALUE!]', 'UNION', '[UNION]', 'Node', '[Node]', '[Color!]',
] // biome-ignore format: a table

/** A graph of two or three subgraphs that share entity types, each with fields of its own. */
export function generateGraph(tape: Tape, seed: number): Part[] {
  const names = ['a', 'b', 'c'].slice(0, 2 + tape.take(2))
  const shape: Shape = { types: ['T0', 'T1', 'T2'].slice(0, 2 + tape.take(2)), open: [] }
  return names.map((name) => generatePart(tape, { name, shape, seed }))
}

function generatePart(tape: Tape, { name, shape, seed }: { name: string; shape: Shape; seed: number }): Part {
  const fieldsOf = new Map<string, Field[]>()
  for (const type of shape.types) fieldsOf.set(type, generateFields(tape, { name, type, shape }))
  fieldsOf.set(`V_${name}`, [
    { name: `s_${name}`, type: 'String', directive: '' },
    { name: `n_${name}`, type: tape.once(3) ? 'Int!' : 'Int', directive: '' },
    { name: `e_${name}`, type: shape.types[tape.take(shape.types.length)] ?? 'T0', directive: '' },
  ])
  const root: Field[] = ['ENTITY', '[ENTITY]', '[UNION]', '[Node!]'].map((kind, index) => ({
    name: `q${index}_${name}`,
    type: concrete(tape, kind, { name, shape }),
    directive: '',
  }))
  fieldsOf.set('Query', root)
  const entities = shape.types.map(
    (type) => `type ${type} implements Node @key(fields: "id") ${blockOf(['id: ID!'], fieldsOf.get(type))}`,
  )
  const sdl = `
    enum Color { ${colors.join(' ')} }
    interface Node { id: ID! }
    union U_${name} = ${shape.types.join(' | ')}
    type V_${name} ${blockOf([], fieldsOf.get(`V_${name}`))}
    type Query ${blockOf([], root)}
    ${entities.join('\n')}`
  const resolvers = Object.fromEntries(
    [...fieldsOf].map(([type, fields]) => [type, resolversOf(type, fields, { seed, types: shape.types })]),
  )
  return { name, sdl, resolvers }
}

function generateFields(tape: Tape, { name, type, shape }: { name: string; type: string; shape: Shape }): Field[] {
  const fields: Field[] = []
  for (let index = 0; index <= 1 + tape.take(4); index++) {
    const kind = kinds[tape.take(kinds.length)] ?? 'String'
    const field = { name: `f${index}_${name}`, type: concrete(tape, kind, { name, shape }), directive: '' }
    fields.push(field)
    if (kind === 'String' || kind === 'Int') shape.open.push({ type, name: `${field.name}: ${kind}`, owner: name })
  }
  const needed = shape.open.filter((open) => open.type === type && open.owner !== name)
  const [wanted] = needed
  if (wanted && tape.once(2)) {
    const [field = '', fieldType = ''] = wanted.name.split(': ')
    fields.push({ name: field, type: fieldType, directive: '@external' })
    fields.push({ name: `r_${name}`, type: 'String', directive: `@requires(fields: "${field}")` })
  }
  return fields
}

function concrete(tape: Tape, kind: string, { name, shape }: { name: string; shape: Shape }): string {
  const entity = shape.types[tape.take(shape.types.length)] ?? 'T0'
  return kind.replace('ENTITY', entity).replace('VALUE', `V_${name}`).replace('UNION', `U_${name}`)
}

function blockOf(first: readonly string[], fields: readonly Field[] = []): string {
  return `{ ${[...first, ...fields.map(({ name, type, directive }) => `${name}: ${type} ${directive}`)].join('\n')} }`
}

interface Data {
  seed: number
  types: readonly string[]
}

function resolversOf(type: string, fields: readonly Field[], data: Data): object {
  const resolvers: Record<string, unknown> = {}
  if (/^T\d/.test(type))
    resolvers['__resolveReference'] = (reference: { id: string }) => (reference.id === '4' ? null : reference)
  for (const field of fields) {
    if (field.directive === '@external') continue
    resolvers[field.name] = (parent: Record<string, unknown> | undefined) => {
      const required = /"(.*)"/.exec(field.directive)?.[1]
      const key = `${data.seed} ${type} ${parent?.['id'] ?? parent?.['of'] ?? ''} ${field.name}`
      if (hashOf(`${key} fails`) % 29 === 0) throw new Error(`no ${field.name}`)
      if (required) return `${parent?.['id']} with ${JSON.stringify(parent?.[required])}`
      return valueFor(field.type, key, data)
    }
  }
  return resolvers
}

function valueFor(type: string, key: string, data: Data): unknown {
  const hash = hashOf(key)
  if (!type.endsWith('!') && hash % 7 === 0) return null
  if (type.endsWith('!')) return hash % 31 === 0 ? null : (valueFor(type.slice(0, -1), `${key}!`, data) ?? null)
  if (type.startsWith('[')) {
    const inner = type.slice(1, -1)
    return Array.from({ length: hash % 4 }, (_, index) => valueFor(inner, `${key}/${index}`, data))
  }
  return leafOf(type, hash, data)
}

function leafOf(type: string, hash: number, { types }: Data): unknown {
  if (type === 'String') return `s"${hash % 100}\n`
  if (type === 'Int') return (hash % 50) - 10
  if (type === 'Float') return (hash % 1000) / 8
  if (type === 'Boolean') return hash % 2 === 0
  if (type === 'Color') return colors[hash % colors.length]
  if (type.startsWith('V_')) return { of: hash % 5 }
  const entity = /^T\d/.test(type) ? type : types[hash % types.length]
  return { __typename: entity, id: String(hash % 6) }
}
