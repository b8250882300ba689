import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { composeServices } from '@apollo/composition'
import {
  buildSchema,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  Kind,
  parse,
  print,
  printSchema,
} from 'graphql'
import { unconstrainedInputs, withConstraintsDescribed } from './constraints.ts'
import { conventionProblems } from './conventions.ts'
import { undescribed, withInheritedDescriptions } from './descriptions.ts'
import { layoutJsonSchema } from './layout-schema.ts'
import { idProblems, nodePart } from './node-part.ts'
import { markOneOf, oneOfInputs, oneOfProblems, withOneOf, withOneOfDefined } from './one-of.ts'
import { openApiDocument } from './openapi/document.ts'
import { endpointProblems } from './rest/endpoint-problems.ts'
import { restEndpoints } from './rest/endpoints.ts'
import { readOperations } from './rest/operations.ts'
import { type Part, subgraphNames, subgraphSdl } from './sdl.ts'
import { type ServiceName, servicePorts } from './services.ts'

/** The composed graph: for the gateway, and as clients see it. */
export interface Composition {
  supergraphSdl: string
  apiSdl: string
  /** Warnings of the composition that need attention. */
  hints: string[]
}

/** The parts do not compose. The message lists every reason. */
export class CompositionFailed extends Error {
  override readonly name = 'CompositionFailed'
}

/** Hints about valid graphs that need no action. */
const ignoredHints = new Set([
  'INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE',
  'INCONSISTENT_ENTITY',
  'INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM',
  'INCONSISTENT_OBJECT_VALUE_TYPE_FIELD',
  'INCONSISTENT_UNION_MEMBER',
  'UNUSED_ENUM_TYPE',
  'DIRECTIVE_COMPOSITION_INFO',
  'MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS',
])

/** Composes the parts and the gateway's own `node` and `nodes` into one graph. @throws {CompositionFailed} with all reasons */
export function composeGraph(parts: readonly Part[]): Composition {
  // First, so that a syntax error names its subgraph.
  for (const { name, sdl } of parts) parsePart(name, sdl)
  const local = nodePart(parts)
  return composeParts(local ? [...parts, local] : parts)
}

/** Composes the parts alone into one graph. @throws {CompositionFailed} with all reasons */
export function composeParts(parts: readonly Part[]): Composition {
  const services = parts.map(serviceOf)
  const oneOf = requireOneOf(new Map(services.map(({ name, typeDefs }) => [name, typeDefs])))
  const result = composeServices(services)
  if (result.errors) {
    const reasons = result.errors.map((error) => `  ${error.extensions.code}: ${error.message}`)
    throw new CompositionFailed(`The subgraphs do not compose:\n${reasons.join('\n')}`)
  }
  const hints = result.hints.filter((hint) => !ignoredHints.has(hint.definition.code))
  return {
    supergraphSdl: `${withOneOf(result.supergraphSdl, oneOf).trimEnd()}\n`,
    apiSdl: `${printSchema(markOneOf(result.schema.toAPISchema().toGraphQLJSSchema(), oneOf))}\n`,
    hints: hints.map((hint) => `${hint.definition.code}: ${hint.message}`),
  }
}

/** The `@oneOf` inputs. @throws {CompositionFailed} that names each input on which subgraphs disagree */
function requireOneOf(documents: ReadonlyMap<string, DocumentNode>): string[] {
  const problems = oneOfProblems(documents).map((problem) => `  ${problem}`)
  if (problems.length > 0) throw new CompositionFailed(`Subgraphs do not agree on @oneOf:\n${problems.join('\n')}`)
  return [...new Set([...documents.values()].flatMap(oneOfInputs))]
}

/** The public error codes that error classes in `source` declare: `readonly code = 'SEATS_TAKEN'`. */
export function errorCodesIn(source: string): string[] {
  return [...source.matchAll(/readonly code(?:: [^=]+)? = '([A-Z][A-Z0-9_]*)'/g)].map((match) => match[1] as string)
}

function serviceOf({ name, url, sdl }: Part) {
  return { name, url, typeDefs: withOneOfDefined(parsePart(name, sdl)) }
}

function parsePart(name: string, sdl: string): DocumentNode {
  try {
    const document = parse(sdl)
    return withConstraintsDescribed({
      ...document,
      definitions: document.definitions.map(withoutReferenceDescriptions),
    })
  } catch (error) {
    throw new CompositionFailed(`The schema of ${name} is not GraphQL: ${error}`)
  }
}

/** An entity is described to clients by its owner, not by subgraphs that only refer to it. */
function withoutReferenceDescriptions(node: DefinitionNode): DefinitionNode {
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
  requireConventions(apiSdl)
  requireEndpoints(apiSdl)
  return {
    files: {
      'supergraph.graphql': supergraphSdl,
      'api.graphql': apiSdl,
      'error-codes.json': toJson(allErrorCodes()),
      'layout.schema.json': toJson(layoutJsonSchema()),
      'openapi.json': toJson(openApiDocument(supergraphSdl)),
    },
    hints,
    missing,
  }
}

/** Unlimited inputs invite abuse. @throws {CompositionFailed} that names each input without a maximum */
function requireConstraints(parts: readonly Part[]): void {
  const open = parts.flatMap(({ name, sdl }) => unconstrainedInputs(parse(sdl)).map((at) => `  ${name}: ${at}`))
  if (open.length === 0) return
  const advice = 'Inputs without a maximum; add @constraint(maxLength: …) or (maxItems: …)'
  throw new CompositionFailed(`${advice}:\n${open.join('\n')}`)
}

/** Client caches store objects by id. @throws {CompositionFailed} that names each type whose ids another type may have */
function requireUniqueIds(parts: readonly Part[]): void {
  const problems = idProblems(parts).map((problem) => `  ${problem}`)
  if (problems.length > 0) throw new CompositionFailed(`Ids are not unique over types:\n${problems.join('\n')}`)
}

/** @throws {CompositionFailed} that names everything without a description */
function requireDescriptions(apiSdl: string): void {
  const open = undescribed(parse(apiSdl)).map((at) => `  ${at}`)
  if (open.length > 0) throw new CompositionFailed(`These have no description:\n${open.join('\n')}`)
}

/** Clients learn one shape for all. @throws {CompositionFailed} that names every departure from the conventions */
function requireConventions(apiSdl: string): void {
  const problems = conventionProblems(parse(apiSdl)).map((problem) => `  ${problem}`)
  const advice = 'The schema departs from docs/decisions/0082-mutation-results-and-schema-conventions.md'
  if (problems.length > 0) throw new CompositionFailed(`${advice}:\n${problems.join('\n')}`)
}

/** @throws {CompositionFailed} that names every REST endpoint that does not fit its operation */
function requireEndpoints(apiSdl: string): void {
  const problems = endpointProblems(buildSchema(apiSdl), restEndpoints, readOperations())
  if (problems.length > 0)
    throw new CompositionFailed(`REST endpoints do not fit:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
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
