import type { ApolloGateway } from '@apollo/gateway'
import { defaultsOf } from '@tikitu/federation-executor/plan/document-fields'
import { type DocumentNode, type OperationDefinitionNode, print } from 'graphql'
import { findMisplacedNulls } from '../operations/misplaced-nulls.ts'
import { hashOf } from '../operations/read-manifest.ts'
import { filterOperation } from './filter-operation.ts'
import { type Omissions, omissionsOf } from './omissions.ts'
import type { Permissions } from './permissions.ts'
import { restoreNulls } from './restore-nulls.ts'
import type { AccessRules } from './rules.ts'

type Execute = ApolloGateway['executor']
type Request = Parameters<Execute>[0]
type Result = Awaited<ReturnType<Execute>>
type Filtered = { document: DocumentNode; operation: OperationDefinitionNode; queryHash: string } | null

/** The number of filtered versions to cache for one document. */
const maxVariants = 64
const known = new WeakMap<AccessRules, WeakMap<DocumentNode, Map<string, Filtered>>>()

/**
 * Executes an operation without the fields that its caller may not read and those with a misplaced null, then restores nulls and errors at
 * their paths. `rules` belong to the current schema. Filtered documents are cached by permissions.
 */
export async function runAuthorized(
  execute: Execute,
  request: Request,
  {
    rules,
    permissions,
    operation,
  }: { rules: AccessRules; permissions: Permissions; operation: OperationDefinitionNode },
): Promise<Result> {
  const { schema, document } = request
  const given = request.request.variables ?? {}
  const nulls = findMisplacedNulls(schema, { document, operation }, given)
  if (nulls.refusal) return { errors: [nulls.refusal] }
  const omissions = omissionsOf(permissions, nulls)
  const filtered = remembered(rules, request, { omissions, operation })
  if (!filtered) return await execute(request)
  const result = await execute({ ...request, ...filtered })
  const data = plain(result.data)
  if (!data) return result
  const variables = { ...defaultsOf(operation), ...given }
  const restored = restoreNulls({ schema, omissions, variables }, { document, operation }, data)
  const errors = [...(result.errors ?? []), ...restored.errors]
  return { ...result, data: restored.data, ...(errors.length > 0 && { errors }) } as Result
}

function remembered(
  rules: AccessRules,
  { schema, document }: Request,
  { omissions, operation }: { omissions: Omissions; operation: OperationDefinitionNode },
): Filtered {
  const documents = known.get(rules) ?? new WeakMap<DocumentNode, Map<string, Filtered>>()
  known.set(rules, documents)
  const variants = documents.get(document) ?? new Map<string, Filtered>()
  documents.set(document, variants)
  const key = `${operation.name?.value} ${omissions.key}`
  const found = variants.get(key)
  if (found !== undefined) return found
  const filtered = filterOperation({ schema, omissions }, { document, operation })
  const made = filtered && { ...filtered, queryHash: hashOf(print(filtered.document)) }
  if (variants.size >= maxVariants) variants.delete(variants.keys().next().value ?? '')
  variants.set(key, made)
  return made
}

/** The compiled executor returns serialized data. */
function plain(data: unknown): Record<string, unknown> | null {
  const text = data as { toJSON?: unknown } | null | undefined
  return (typeof text?.toJSON === 'function' ? text.toJSON() : (data ?? null)) as Record<string, unknown> | null
}
