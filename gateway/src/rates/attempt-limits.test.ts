import { readFileSync } from 'node:fs'
import { buildSchema, type GraphQLField, getNamedType, isInputObjectType } from 'graphql'
import { expect, test } from 'vitest'
import { attemptLimits } from './attempt-limits.ts'

const sdl = readFileSync(new URL('../../../schema/api.graphql', import.meta.url), 'utf8')
const schema = buildSchema(sdl, { assumeValid: true })
const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}),
)

const secrets = ['password', 'currentPassword', 'newPassword', 'code', 'token', 'refreshToken']
/** Ticket codes are signed and for entrance staff; devices and sessions belong to the caller. */
const harmless = ['validateTicket', 'checkIn', 'registerDevice', 'signOut']

function inputsOf({ args }: GraphQLField<unknown, unknown>): string[] {
  return args.flatMap(({ name, type }) => {
    const named = getNamedType(type)
    return isInputObjectType(named) ? Object.keys(named.getFields()) : [name]
  })
}

test('every field with a secret, or an address to send mail to, has limits', () => {
  const open = roots.filter((field) => inputsOf(field).some((name) => [...secrets, 'email'].includes(name)))
  expect(
    open
      .map(({ name }) => name)
      .filter((name) => !harmless.includes(name))
      .sort(),
  ).toEqual(Object.keys(attemptLimits).sort())
})

test('fields that send mail are also limited by recipient', () => {
  for (const field of roots.filter((root) => inputsOf(root).includes('email')))
    expect([field.name, attemptLimits[field.name]?.account?.each.points ?? 100]).toEqual([
      field.name,
      expect.toSatisfy((points: number) => points <= 10),
    ])
})

test('attempts on one account are limited to ten times those of one address', () => {
  for (const { account } of Object.values(attemptLimits)) {
    if (!account) continue
    const perSecond = ({ points, seconds }: { points: number; seconds: number }) => points / seconds
    expect(perSecond(account.total)).toBeGreaterThanOrEqual(perSecond(account.each))
    expect(perSecond(account.total)).toBeLessThanOrEqual(10 * perSecond(account.each))
    expect(account.total.points).toBeGreaterThanOrEqual(4 * account.each.points)
  }
})
