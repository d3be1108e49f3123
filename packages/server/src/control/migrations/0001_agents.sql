CREATE TABLE "agents" (
	"workspace_id" text NOT NULL,
	"agent_id" text NOT NULL,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"last_heartbeat_at" timestamp (3) with time zone,
	"status" text,
	"heartbeat_metadata" text,
	CONSTRAINT "agents_workspace_id_agent_id_pk" PRIMARY KEY("workspace_id","agent_id"),
	CONSTRAINT "agents_status" CHECK ("status" in ('healthy', 'degraded', 'unhealthy'))
);
--> statement-breakpoint
ALTER TABLE "agents" ADD CONSTRAINT "agents_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "agents_first_seen" ON "agents" USING btree ("workspace_id","first_seen_at","agent_id");