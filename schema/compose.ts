import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { composeServices } from '@apollo/composition'
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  Kind,
  parse,
  print,
  printSchema,
} from 'graphql'
import { unconstrainedInputs, withConstraintsDescribed } from './constraints.ts'
import { undescribed, withInheritedDescriptions } from './descriptions.ts'
import { idProblems, nodePart } from './node-part.ts'
import { markOneOf, oneOfInputs, oneOfProblems, withOneOf, withOneOfDefined } from './one-of.ts'
import { type Part, subgraphNames, subgraphSdl } from './sdl.ts'
import { type ServiceName, servicePorts } from './services.ts'

/** The composed graph: for the gateway, and as clients see it. */
export interface Composed {
  supergraphSdl: string
  apiSdl: string
  /** What composition noticed and somebody should look at. */
  hints: string[]
}

/** The parts do not make one graph. The message lists every reason. */
export class CompositionFailed extends Error {
  override readonly name = 'CompositionFailed'
}

/** Said of nearly every healthy graph: hints that ask nobody to do anything. */
const idleHints = new Set([
  'INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE',
  'INCONSISTENT_ENTITY',
  'INCONSISTENT_OBJECT_VALUE_TYPE_FIELD',
  'INCONSISTENT_UNION_MEMBER',
  'UNUSED_ENUM_TYPE',
  'DIRECTIVE_COMPOSITION_INFO',
  'MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS',
])

/** Composes the parts into one graph, with `node` and `nodes` over what in it implements `Node`. @throws {CompositionFailed} with all reasons together */
export function composeGraph(parts: readonly Part[]): Composed {
  // First of all: it says which schema is not GraphQL.
  for (const { name, sdl } of parts) parsePart(name, sdl)
  const local = nodePart(parts)
  return composeParts(local ? [...parts, local] : parts)
}

/** Composes the parts, and nothing else, into one graph. @throws {CompositionFailed} with all reasons together */
export function composeParts(parts: readonly Part[]): Composed {
  const services = parts.map(serviceOf)
  const oneOf = requireOneOf(new Map(services.map(({ name, typeDefs }) => [name, typeDefs])))
  const result = composeServices(services)
  if (result.errors) {
    const reasons = result.errors.map((error) => `  ${error.extensions.code}: ${error.message}`)
    throw new CompositionFailed(`The subgraphs do not compose:\n${reasons.join('\n')}`)
  }
  const hints = result.hints.filter((hint) => !idleHints.has(hint.definition.code))
  return {
    supergraphSdl: `${withOneOf(result.supergraphSdl, oneOf).trimEnd()}\n`,
    apiSdl: `${printSchema(markOneOf(result.schema.toAPISchema().toGraphQLJSSchema(), oneOf))}\n`,
    hints: hints.map((hint) => `${hint.definition.code}: ${hint.message}`),
  }
}

/** The inputs that are `@oneOf`. @throws {CompositionFailed} that names each that is so in some subgraphs only */
function requireOneOf(documents: ReadonlyMap<string, DocumentNode>): string[] {
  const problems = oneOfProblems(documents).map((problem) => `  ${problem}`)
  if (problems.length > 0) throw new CompositionFailed(`Subgraphs do not agree on @oneOf:\n${problems.join('\n')}`)
  return [...new Set([...documents.values()].flatMap(oneOfInputs))]
}

/** The public error codes that `source` declares, as every refusal's class does: `readonly code = 'SEATS_TAKEN'`. */
export function errorCodesIn(source: string): string[] {
  return [...source.matchAll(/readonly code(?:: [^=]+)? = '([A-Z][A-Z0-9_]*)'/g)].map((match) => match[1] as string)
}

function serviceOf({ name, url, sdl }: Part) {
  return { name, url, typeDefs: withOneOfDefined(parsePart(name, sdl)) }
}

function parsePart(name: string, sdl: string): DocumentNode {
  try {
    const document = parse(sdl)
    return withConstraintsDescribed({ ...document, definitions: document.definitions.map(withoutBorrowedWords) })
  } catch (error) {
    throw new CompositionFailed(`The schema of ${name} is not GraphQL: ${error}`)
  }
}

/** A subgraph that only refers to an entity leaves it to the entity's owner to describe it to clients. */
function withoutBorrowedWords(node: DefinitionNode): DefinitionNode {
  if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || !node.directives?.some(isReference)) return node
  return {
    ...node,
    description: undefined,
    fields: node.fields?.map((field) => ({ ...field, description: undefined })),
  }
}

/** `@key(fields: "id", resolvable: false)` */
function isReference({ name, arguments: given }: ConstDirectiveNode): boolean {
  return (
    name.value === 'key' &&
    (given ?? []).some((argument) => argument.name.value === 'resolvable' && print(argument.value) === 'false')
  )
}

/** Every file that composition writes, by its name in this folder. */
function composeFiles(): { files: Record<string, string>; hints: string[]; missing: ServiceName[] } {
  const missing = subgraphNames.filter((name) => !existsSync(fileOf(`../subgraphs/${name}/schema.graphql`)))
  const parts = subgraphNames
    .filter((name) => !missing.includes(name))
    .map((name) => ({ name, url: defaultUrl(name), sdl: print(withInheritedDescriptions(parse(subgraphSdl(name)))) }))
  requireConstraints(parts)
  requireUniqueIds(parts)
  const { supergraphSdl, apiSdl, hints } = composeGraph(parts)
  requireDescriptions(apiSdl)
  const codes = JSON.stringify(allErrorCodes(), null, 2)
  return {
    files: { 'supergraph.graphql': supergraphSdl, 'api.graphql': apiSdl, 'error-codes.json': `${codes}\n` },
    hints,
    missing,
  }
}

/** Whoever sends more than an input needs costs others something. @throws {CompositionFailed} that names each input without a maximum */
function requireConstraints(parts: readonly Part[]): void {
  const open = parts.flatMap(({ name, sdl }) => unconstrainedInputs(parse(sdl)).map((at) => `  ${name}: ${at}`))
  if (open.length === 0) return
  const advice = 'Inputs that do not say their maximum, by @constraint(maxLength: …) or (maxItems: …)'
  throw new CompositionFailed(`${advice}:\n${open.join('\n')}`)
}

/** Caches of clients keep objects by id. @throws {CompositionFailed} that names each type whose ids may be another's */
function requireUniqueIds(parts: readonly Part[]): void {
  const problems = idProblems(parts).map((problem) => `  ${problem}`)
  if (problems.length > 0) throw new CompositionFailed(`Ids are not unique over types:\n${problems.join('\n')}`)
}

/** Clients read descriptions in place of our code. @throws {CompositionFailed} that names everything without one */
function requireDescriptions(apiSdl: string): void {
  const open = undescribed(parse(apiSdl)).map((at) => `  ${at}`)
  if (open.length > 0) throw new CompositionFailed(`These have no description:\n${open.join('\n')}`)
}

function defaultUrl(name: ServiceName): string {
  return `http://127.0.0.1:${servicePorts[name]}/graphql`
}

function allErrorCodes(): string[] {
  const folders = ['../packages/kit/src', ...subgraphNames.map((name) => `../subgraphs/${name}/src`)].map(fileOf)
  const sources = folders.filter(existsSync).flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => readFileSync(`${folder}/${file}`, 'utf8')),
  )
  return [...new Set(sources.flatMap(errorCodesIn))].sort()
}

function fileOf(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}

function main(isCheck: boolean): void {
  const { files, hints, missing } = composeFiles()
  for (const hint of hints) console.warn(`hint  ${hint}`)
  for (const name of missing) console.warn(`${name} has no schema.graphql`)
  const stale = Object.keys(files).filter((name) => readOrNull(name) !== files[name])
  if (isCheck) {
    if (stale.length > 0)
      console.error(`not up to date: ${stale.join(', ')}. Run \`npm run schema:compose\` and commit.`)
    process.exitCode = stale.length + missing.length > 0 ? 1 : 0
    return
  }
  for (const name of stale) writeFileSync(fileOf(name), files[name] as string)
  console.log(stale.length > 0 ? `wrote ${stale.join(', ')}` : 'everything is up to date')
}

function readOrNull(name: string): string | null {
  return existsSync(fileOf(name)) ? readFileSync(fileOf(name), 'utf8') : null
}

if (import.meta.main) {
  try {
    main(process.argv.includes('--check'))
  } catch (error) {
    if (!(error instanceof CompositionFailed)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
