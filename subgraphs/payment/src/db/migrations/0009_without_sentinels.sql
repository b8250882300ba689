ALTER TABLE "ledger_accounts" ALTER COLUMN "owner" DROP NOT NULL;--> statement-breakpoint
-- The accounts stay what they are, as their ids say: only the word for "the platform itself" changes.
ALTER TABLE "ledger_accounts" DISABLE TRIGGER "ledger_accounts_append_only";--> statement-breakpoint
-- allow backfill: an account for each kind and currency
UPDATE "ledger_accounts" SET "owner" = NULL WHERE "owner" = '';--> statement-breakpoint
ALTER TABLE "ledger_accounts" ENABLE TRIGGER "ledger_accounts_append_only";
