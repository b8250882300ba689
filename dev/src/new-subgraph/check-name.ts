import { buildSchema } from 'graphql'
import { StartError } from '../stack/start-error.ts'

/** Names that are reserved: folders, processes and words of GraphQL, SQL or TypeScript. */
const reserved = new Set(
  `kit schema client gateway dev docs bench postgres cognito mailbox smtp platform service subgraph query mutation subscription
   node refusal money viewer default class function new delete import export return`.split(/\s+/),
)

/**
 * The spellings of a name: `review`, `Review`, `REVIEW`.
 * @throws {StartError} when it is invalid, reserved, or already used by a service or in the graph `apiSdl`
 */
export function checkName(name: string, services: readonly string[], apiSdl: string) {
  if (!/^[a-z]{3,20}$/.test(name)) {
    throw new StartError('The name of a subgraph must be one word of 3 to 20 lower-case letters, such as review.')
  }
  if (reserved.has(name)) throw new StartError(`${name} is already used for something else. Choose another name.`)
  if (services.includes(name)) throw new StartError(`The subgraph ${name} already exists.`)
  const capital = `${name[0]?.toUpperCase()}${name.slice(1)}`
  const found = findInGraph(apiSdl, name, capital)
  if (found) throw new StartError(`The graph already has ${found}. Choose another name.`)
  return { name, capital, upper: name.toUpperCase() }
}

export type SubgraphName = ReturnType<typeof checkName>

function findInGraph(apiSdl: string, name: string, capital: string): string | undefined {
  const schema = buildSchema(apiSdl, { assumeValid: true, assumeValidSDL: true })
  const types = [capital, `${capital}Exists`, `Create${capital}Input`, `Create${capital}Result`]
  const type = types.find((each) => schema.getType(each))
  if (type) return `the type ${type}`
  const fields = { ...schema.getQueryType()?.getFields(), ...schema.getMutationType()?.getFields() }
  return [name, `create${capital}`].find((field) => field in fields)
}
