import { z } from 'zod'
import { layoutDocument } from './layout.ts'

/** Identifies the format; nothing is served there. */
const schemaId = 'https://tikitu.dev/layout/v1.0'

type JsonSchema = z.core.JSONSchema.BaseSchema

/**
 * The JSON Schema (draft 2020-12) of a layout document. It accepts whatever the services accept. It does not know the rules that span
 * a document: totals, unique labels, known zones, distances.
 */
export function layoutJsonSchema(): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(layoutDocument, {
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => refine(jsonSchema),
  })
  return { $schema, $id: schemaId, title: 'tikitu.layout.v1', ...rest }
}

/** Says in JSON Schema what zod does not translate. */
function refine(schema: JsonSchema): void {
  const { id } = schema
  delete schema['id']
  if (schema.type === 'string' && schema.maxLength !== undefined) asTrimmedLine(schema)
  if (id === 'Shape') closedNeedsThreePoints(schema)
}

/**
 * Text is trimmed before it is checked, so space around it does not count. The pattern uses only what regular expressions of all
 * languages know. JSON Schema counts characters, we count UTF-16 code units: the schema accepts some longer text with emoji.
 */
function asTrimmedLine(schema: JsonSchema): void {
  const { minLength = 0, maxLength = 0 } = schema
  const printable = '\\u0000-\\u001f\\u007f-\\u009f'
  const text = `[^${printable}]{0,${maxLength - 1}}[^${printable}\\s]`
  delete schema.minLength
  delete schema.maxLength
  schema.pattern = `^\\s*${minLength > 0 ? text : `(${text})?`}\\s*$`
  const length = `${minLength > 0 ? `1 to ${maxLength}` : `At most ${maxLength}`} characters on one line, not counting space around them.`
  schema.description = [schema.description, length].filter(Boolean).join(' ')
}

function closedNeedsThreePoints(schema: JsonSchema): void {
  schema.anyOf = [
    { type: 'object', properties: { closed: { const: false } } },
    { type: 'object', properties: { points: { type: 'array', minItems: 3 } } },
  ]
}
