import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { plainValue } from '../graphql/bad-values.ts'
import { type Chance, chanceOf, hashOf, pick } from './random-operations.ts'

/** What is asked for, and how well-behaved the resolvers are. */
export interface Wanted {
  schema: GraphQLSchema
  type: GraphQLOutputType
  chance: Chance
  /** Whether resolvers also do what none ever should. */
  isRough: boolean
}

/** What a field of that type may come to: at once, or after some turns. */
export function randomResult(wanted: Wanted): unknown {
  const { chance, isRough } = wanted
  const roll = chance()
  if (isRough && roll < 0.03) throw new Error('thrown')
  if (isRough && roll < 0.05) return new Error('returned')
  if (isRough && roll < 0.08) return Promise.reject(new Error('rejected'))
  return roll < 0.4 ? eventually(chance, randomValue(wanted)) : randomValue(wanted)
}

async function eventually(chance: Chance, value: unknown): Promise<unknown> {
  for (let turns = Math.floor(chance() * 5); turns > 0; turns--) await null
  if (value instanceof Error && chance() < 0.5) throw value
  return value
}

function randomValue(wanted: Wanted): unknown {
  const { type, chance, isRough } = wanted
  const isOdd = isRough && chance() < 0.04
  if (isNonNullType(type)) return isOdd ? null : randomPresent({ ...wanted, type: type.ofType })
  return chance() < 0.06 ? pick(chance, [null, undefined]) : randomPresent(wanted)
}

function randomPresent(wanted: Wanted): unknown {
  const { schema, type, chance, isRough } = wanted
  const isOdd = isRough && chance() < 0.04
  if (isListType(type)) return isOdd ? pick(chance, [5, 'text', {}]) : randomList({ ...wanted, type: type.ofType })
  if (isEnumType(type)) return isOdd ? 'NO_SUCH' : pick(chance, type.getValues())?.value
  if (isObjectType(type)) return randomObject(wanted, type)
  if (isAbstractType(type)) return randomMember(wanted, schema.getPossibleTypes(type), isOdd)
  return isOdd ? pick(chance, [{}, Symbol('odd'), Number.NaN]) : plainOutput(String(type))
}

function randomMember(wanted: Wanted, types: readonly GraphQLObjectType[], isOdd: boolean): object {
  const type = pick(wanted.chance, types)
  const object = type ? randomObject(wanted, type) : {}
  const name = isOdd ? pick(wanted.chance, [undefined, 'Query', 'NoSuch', 'String']) : type?.name
  return Object.defineProperty(object, '__typename', { value: name })
}

/** An object whose properties come to be when they are read: some are values, some methods. */
function randomObject(wanted: Wanted, type: GraphQLObjectType): object {
  const seed = wanted.chance() * 2 ** 31
  const object = {}
  for (const field of Object.values(type.getFields())) {
    const chance = () => chanceOf(seed ^ hashOf(field.name))
    const isMethod = chance()() < 0.2
    const result = () => randomResult({ ...wanted, type: field.type, chance: chance() })
    if (!field.resolve) Object.defineProperty(object, field.name, { get: () => (isMethod ? result : result()) })
  }
  return object
}

/**
 * graphql-js leaves rejections behind that nobody handles, where an item fails at once after another began to wait. So where
 * things fail, objects in lists all come later.
 */
function randomList(wanted: Wanted): unknown {
  const { chance, isRough, type } = wanted
  const isLater = (isRough && isCompositeType(isNonNullType(type) ? type.ofType : type)) || chance() < 0.3
  const items = Array.from({ length: Math.floor(chance() * 4) }, () => {
    const item = isRough && isLater && chance() < 0.05 ? new Error('an item') : randomValue(wanted)
    return isLater ? eventually(chance, item) : item
  })
  return chance() < 0.1 ? new Set(items) : items
}

function plainOutput(name: string): unknown {
  if (name === 'DateTime') return new Date('2027-06-01T18:00:00Z')
  return plainValue({ name } as never, '', {})
}
