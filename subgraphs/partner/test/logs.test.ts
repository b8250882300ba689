import { localKeys } from '@tikitu/kit/auth/signing-keys'
import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { failEachStatement, logInMemory } from '@tikitu/kit/testing/database/failing-statements'
import { callAs, testRequestKey } from '@tikitu/kit/testing/graphql/subgraph'
import { expect, test } from 'vitest'
import { createPartner } from '../src/server.ts'
import { company, files, keys, migrations, today } from './factories.ts'

const database = useDatabase(migrations)

const address = 'private-person@secret.example'
const iban = 'DE89370400440532013000'
const holder = 'Secret Holder Ltd'

test('no failing statement returns or logs an address, account number or secret', async () => {
  const { partner, owner } = await company(database)
  const { log, lines } = logInMemory('partner')
  const requestKeys = [testRequestKey()]
  const deps = {
    db: database.db,
    keys,
    ...files,
    log,
    now: () => today,
    requestKeys,
    keysOf: () => localKeys(keys.jwks),
  }
  const subgraph = await createPartner(deps)
  const query = `mutation ($invitation: InviteMemberInput!, $account: ProposeBankAccountInput!) {
    inviteMember(input: $invitation) { __typename }
    proposeBankAccount(input: $account) { __typename }
  }`
  const failures = await failEachStatement(async () => {
    const account = { partnerId: partner.id, holderName: holder, country: 'DE', accountNumber: iban }
    const invitation = { partnerId: partner.id, email: address, role: 'SCANNER', idempotencyKey: newId('key') }
    return await callAs(subgraph, owner, { query, variables: { invitation, account } })
  })
  const statements = failures.map(({ statement }) => statement).join('\n')
  for (const table of ['partner_invitations', 'bank_accounts', 'outbox.emit']) expect(statements).toContain(table)
  expect(lines.length).toBeGreaterThanOrEqual(failures.length)
  const written = JSON.stringify([failures, lines])
  for (const secret of [address, iban, holder, 'token"']) expect(written).not.toContain(secret)
  expect(written).toContain('SQLSTATE 42601')
})
