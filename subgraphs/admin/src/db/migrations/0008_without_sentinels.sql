-- The table has a row for each day, metric and partner: some ten thousand, and writers wait for well under a second.
ALTER TABLE "daily_figures" DROP CONSTRAINT "daily_figures_day_metric_partner_id_currency_pk";--> statement-breakpoint
ALTER TABLE "daily_figures" ALTER COLUMN "partner_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "daily_figures" ALTER COLUMN "currency" DROP NOT NULL;--> statement-breakpoint
-- allow backfill: a small table
UPDATE "daily_figures" SET "partner_id" = nullif("partner_id", ''), "currency" = nullif("currency", '');--> statement-breakpoint
-- allow add-column: a small table
ALTER TABLE "daily_figures" ADD COLUMN "id" bigint PRIMARY KEY NOT NULL GENERATED ALWAYS AS IDENTITY (sequence name "daily_figures_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
-- allow unique-by-index: a small table
ALTER TABLE "daily_figures" ADD CONSTRAINT "daily_figures_once" UNIQUE NULLS NOT DISTINCT("day","metric","partner_id","currency");
