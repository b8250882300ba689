CREATE TABLE "booking_lines" (
	"booking_id" text NOT NULL,
	"place_number" integer NOT NULL,
	"place_label" text NOT NULL,
	"tier_id" text NOT NULL,
	"tier_name" text NOT NULL,
	"attendee_name" text,
	"price_minor" bigint NOT NULL,
	"fee_minor" bigint NOT NULL,
	"tax_minor" bigint NOT NULL,
	"cancellation_id" text,
	"refund_minor" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "booking_lines_booking_id_place_number_pk" PRIMARY KEY("booking_id","place_number"),
	CONSTRAINT "booking_lines_amounts" CHECK (least("booking_lines"."price_minor", "booking_lines"."fee_minor", "booking_lines"."tax_minor") >= 0),
	CONSTRAINT "booking_lines_refund" CHECK ("booking_lines"."refund_minor" between 0 and "booking_lines"."price_minor" + "booking_lines"."fee_minor"),
	CONSTRAINT "booking_lines_cancelled" CHECK ("booking_lines"."refund_minor" = 0 or "booking_lines"."cancellation_id" is not null)
);
--> statement-breakpoint
CREATE TABLE "booking_payments" (
	"payment_id" text PRIMARY KEY NOT NULL,
	"booking_id" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"captured_at" timestamp with time zone NOT NULL,
	"rejection" text
);
--> statement-breakpoint
CREATE TABLE "booking_refunds" (
	"refund_id" text PRIMARY KEY NOT NULL,
	"payment_id" text NOT NULL,
	"booking_id" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"cause" text NOT NULL,
	"refunded_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bookings" (
	"id" text PRIMARY KEY NOT NULL,
	"reference" text NOT NULL,
	"hold_id" text NOT NULL,
	"performance_id" text NOT NULL,
	"partner_id" text NOT NULL,
	"user_id" text NOT NULL,
	"status" text NOT NULL,
	"currency" text NOT NULL,
	"total_minor" bigint NOT NULL,
	"fees_minor" bigint NOT NULL,
	"tax_minor" bigint NOT NULL,
	"payment_id" text,
	"expires_at" timestamp with time zone NOT NULL,
	"placed_at" timestamp with time zone NOT NULL,
	"confirmed_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "bookings_reference_unique" UNIQUE("reference"),
	CONSTRAINT "bookings_holdId_unique" UNIQUE("hold_id"),
	CONSTRAINT "bookings_amounts" CHECK (least("bookings"."total_minor", "bookings"."fees_minor", "bookings"."tax_minor") >= 0)
);
--> statement-breakpoint
CREATE TABLE "cancellations" (
	"id" text PRIMARY KEY NOT NULL,
	"booking_id" text NOT NULL,
	"reason" text,
	"cancelled_by" text NOT NULL,
	"is_by_staff" boolean NOT NULL,
	"refund_minor" bigint NOT NULL,
	"fee_minor" bigint NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "check_ins" (
	"id" text PRIMARY KEY NOT NULL,
	"performance_id" text NOT NULL,
	"nonce" text NOT NULL,
	"direction" text NOT NULL,
	"ticket_id" text,
	"outcome" text NOT NULL,
	"gate" text,
	"scanned_by" text NOT NULL,
	"scanned_at" timestamp with time zone NOT NULL,
	"earlier_id" text,
	"undone_at" timestamp with time zone,
	"undone_by" text
);
--> statement-breakpoint
CREATE TABLE "tickets" (
	"id" text PRIMARY KEY NOT NULL,
	"booking_id" text NOT NULL,
	"performance_id" text NOT NULL,
	"place_number" integer NOT NULL,
	"holder_id" text NOT NULL,
	"serial" integer DEFAULT 1 NOT NULL,
	"code" text NOT NULL,
	"status" text NOT NULL,
	"issued_at" timestamp with time zone NOT NULL,
	"voided_at" timestamp with time zone,
	CONSTRAINT "tickets_voided" CHECK (("tickets"."status" = 'VOID') = ("tickets"."voided_at" is not null))
);
--> statement-breakpoint
ALTER TABLE "places" DROP CONSTRAINT "places_claim";--> statement-breakpoint
ALTER TABLE "holds" ADD COLUMN "place_count" integer NOT NULL;--> statement-breakpoint
ALTER TABLE "booking_lines" ADD CONSTRAINT "booking_lines_booking_id_bookings_id_fk" FOREIGN KEY ("booking_id") REFERENCES "public"."bookings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "booking_lines" ADD CONSTRAINT "booking_lines_tier_id_price_tiers_id_fk" FOREIGN KEY ("tier_id") REFERENCES "public"."price_tiers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "booking_lines" ADD CONSTRAINT "booking_lines_cancellation_id_cancellations_id_fk" FOREIGN KEY ("cancellation_id") REFERENCES "public"."cancellations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "booking_payments" ADD CONSTRAINT "booking_payments_booking_id_bookings_id_fk" FOREIGN KEY ("booking_id") REFERENCES "public"."bookings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "booking_refunds" ADD CONSTRAINT "booking_refunds_booking_id_bookings_id_fk" FOREIGN KEY ("booking_id") REFERENCES "public"."bookings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bookings" ADD CONSTRAINT "bookings_hold_id_holds_id_fk" FOREIGN KEY ("hold_id") REFERENCES "public"."holds"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bookings" ADD CONSTRAINT "bookings_performance_id_performances_id_fk" FOREIGN KEY ("performance_id") REFERENCES "public"."performances"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cancellations" ADD CONSTRAINT "cancellations_booking_id_bookings_id_fk" FOREIGN KEY ("booking_id") REFERENCES "public"."bookings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "check_ins" ADD CONSTRAINT "check_ins_performance_id_performances_id_fk" FOREIGN KEY ("performance_id") REFERENCES "public"."performances"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "check_ins" ADD CONSTRAINT "check_ins_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_booking_id_bookings_id_fk" FOREIGN KEY ("booking_id") REFERENCES "public"."bookings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_performance_id_performances_id_fk" FOREIGN KEY ("performance_id") REFERENCES "public"."performances"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "booking_payments_booking" ON "booking_payments" USING btree ("booking_id");--> statement-breakpoint
CREATE UNIQUE INDEX "booking_payments_taken" ON "booking_payments" USING btree ("booking_id") WHERE rejection is null;--> statement-breakpoint
CREATE INDEX "booking_refunds_booking" ON "booking_refunds" USING btree ("booking_id");--> statement-breakpoint
CREATE INDEX "bookings_user" ON "bookings" USING btree ("user_id","placed_at","id");--> statement-breakpoint
CREATE INDEX "bookings_performance" ON "bookings" USING btree ("performance_id","placed_at","id");--> statement-breakpoint
CREATE INDEX "bookings_partner" ON "bookings" USING btree ("partner_id","placed_at","id");--> statement-breakpoint
CREATE INDEX "bookings_unpaid" ON "bookings" USING btree ("expires_at") WHERE status = 'AWAITING_PAYMENT';--> statement-breakpoint
CREATE INDEX "cancellations_booking" ON "cancellations" USING btree ("booking_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "check_ins_nonce" ON "check_ins" USING btree ("performance_id","nonce");--> statement-breakpoint
CREATE INDEX "check_ins_performance" ON "check_ins" USING btree ("performance_id","scanned_at","id");--> statement-breakpoint
CREATE INDEX "check_ins_ticket" ON "check_ins" USING btree ("ticket_id","scanned_at");--> statement-breakpoint
CREATE UNIQUE INDEX "tickets_live_place" ON "tickets" USING btree ("performance_id","place_number") WHERE status <> 'VOID';--> statement-breakpoint
CREATE UNIQUE INDEX "tickets_booking_place" ON "tickets" USING btree ("booking_id","place_number");--> statement-breakpoint
CREATE INDEX "tickets_holder" ON "tickets" USING btree ("holder_id");--> statement-breakpoint
ALTER TABLE "places" ADD CONSTRAINT "places_claim" CHECK (("places"."status" in ('HELD', 'SOLD')) = ("places"."hold_id" is not null));