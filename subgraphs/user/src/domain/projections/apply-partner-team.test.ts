import { randomUUID } from 'node:crypto'
import { idFromUuid, newId, uuidFromId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import type { Payload } from '@tikitu/schema/events/registry'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { useCognito } from '../../../test/cognito.ts'
import { ctxOf, jobsOf, migrations, newEmail } from '../../../test/factories.ts'
import { groupTask, syncGroup } from '../account/sync-group.ts'
import { applyPartnerTeam } from './apply-partner-team.ts'
import { applyStaffMember } from './apply-staff-member.ts'

type PartnerChanged = Payload<'partner.changed'>

const database = useDatabase(migrations)
const cognito = useCognito()
const service = () => ctxOf({ database, cognito }, { kind: 'service', service: 'partner' })

async function account(): Promise<string> {
  const email = newEmail()
  const UserAttributes = [{ Name: 'email', Value: email }]
  await cognito.administer('AdminCreateUser', { Username: email, UserAttributes, MessageAction: 'SUPPRESS' })
  return idFromUuid('usr', (await cognito.identity.findAccount(email))?.sub ?? '')
}

function fact(partnerId: string, version: number, overrides: Partial<PartnerChanged> & { userIds?: string[] } = {}) {
  const { userIds = [], ...rest } = overrides
  const members = userIds.map((userId) => ({ userId, role: 'MANAGER' as const }))
  const state = { name: 'House', status: 'VERIFIED' as const, maySell: true, mayBePaidOut: true }
  return { partnerId, version, ...state, members, ...rest }
}

/** Runs the jobs that wait, as the worker would, and takes them out of the queue. */
async function runGroupJobs(): Promise<void> {
  for (const job of await jobsOf(database, groupTask)) await syncGroup(service(), job as never)
  await database.db.execute(sql`delete from graphile_worker._private_jobs`)
}

async function groupsOf(userId: string): Promise<string[]> {
  const { Groups } = await cognito.administer('AdminListGroupsForUser', { Username: uuidFromId(userId) })
  return (Groups as { GroupName: string }[]).map(({ GroupName }) => GroupName)
}

test.each([
  ['DRAFT', false],
  ['SUBMITTED', false],
  ['UNDER_REVIEW', false],
  ['CHANGES_REQUESTED', false],
  ['REJECTED', false],
  ['VERIFIED', true],
  ['RESTRICTED', true],
  ['SUSPENDED', true],
  ['TERMINATED', false],
] as const)('members of a partner that is %s are in the group: %s', async (status, isIn) => {
  const userId = await account()
  const partnerId = newId('ptr')
  await applyPartnerTeam(service(), fact(partnerId, 1, { userIds: [userId] }))
  await applyPartnerTeam(service(), fact(partnerId, 2, { status, userIds: [userId] }))
  await runGroupJobs()
  expect(await groupsOf(userId)).toEqual(isIn ? ['partner'] : [])
})

test('takes somebody out of the group when they leave, and not while another partner has them', async () => {
  const [stays, leaves] = [await account(), await account()]
  const [one, two] = [newId('ptr'), newId('ptr')]
  await applyPartnerTeam(service(), fact(one, 1, { userIds: [stays, leaves] }))
  await applyPartnerTeam(service(), fact(two, 1, { userIds: [stays] }))
  await runGroupJobs()
  await applyPartnerTeam(service(), fact(one, 2, { userIds: [] }))
  await runGroupJobs()
  expect(await groupsOf(stays)).toEqual(['partner'])
  expect(await groupsOf(leaves)).toEqual([])
})

test('leaves alone whom an administrator put into the group, while their partner is not verified', async () => {
  const userId = await account()
  await cognito.identity.setMembership(uuidFromId(userId), 'partner', true)
  await applyPartnerTeam(service(), fact(newId('ptr'), 1, { status: 'DRAFT', userIds: [userId] }))
  await runGroupJobs()
  expect(await groupsOf(userId)).toEqual(['partner'])
})

test('ends in the state of the newest fact, in whatever order facts come, also at once', async () => {
  const userId = await account()
  const history = (partnerId: string) => [
    fact(partnerId, 1, { status: 'DRAFT', userIds: [userId] }),
    fact(partnerId, 2, { status: 'VERIFIED', userIds: [userId] }),
    fact(partnerId, 3, { status: 'SUSPENDED', userIds: [userId] }),
    fact(partnerId, 4, { status: 'TERMINATED', userIds: [userId] }),
  ]
  const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(order, fc.boolean(), async (indices, isAtOnce) => {
      const facts = history(newId('ptr')).filter((_each, index) => indices.includes(index))
      const shuffled = indices.map((index) => facts.find(({ version }) => version === index + 1) as PartnerChanged)
      if (isAtOnce) await Promise.all(shuffled.map((each) => applyPartnerTeam(service(), each)))
      else for (const each of shuffled) await applyPartnerTeam(service(), each)
      await runGroupJobs()
      const newest = Math.max(...indices) + 1
      expect(await groupsOf(userId)).toEqual(newest === 2 || newest === 3 ? ['partner'] : [])
      await cognito.identity.setMembership(uuidFromId(userId), 'partner', false)
      await database.db.execute(sql`delete from partner_teams`)
    }),
    { numRuns: 25 },
  )
})

test('does not fail for members without an account, or with an id that is none', async () => {
  const strangers = [idFromUuid('usr', randomUUID()), 'somebody']
  await applyPartnerTeam(service(), fact(newId('ptr'), 1, { userIds: strangers }))
  expect(await jobsOf(database, groupTask)).toHaveLength(1)
  await runGroupJobs()
})

test('gives the group admin to staff and takes it away, by the newest fact', async () => {
  const userId = await account()
  await applyStaffMember(service(), { userId, version: 1, role: 'SUPPORT' })
  await runGroupJobs()
  expect(await groupsOf(userId)).toEqual(['admin'])
  await applyStaffMember(service(), { userId, version: 3, role: null })
  await applyStaffMember(service(), { userId, version: 2, role: 'SUPERADMIN' })
  await runGroupJobs()
  expect(await groupsOf(userId)).toEqual([])
})
