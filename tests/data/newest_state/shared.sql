-- What state/openclaw.sqlite of OpenClaw 2026.9.6 holds of credentials, after the commands in README.md.
CREATE TABLE config_machine_state (
      state_key TEXT NOT NULL PRIMARY KEY,
      value_json TEXT NOT NULL,
      updated_at_ms INTEGER NOT NULL
    ) STRICT;
INSERT INTO config_machine_state VALUES('auth.sharedStore','{"location":"state-db"}',1796056531441);
INSERT INTO config_machine_state VALUES('authProfiles.store','{"version":1,"profiles":{"anthropic:default":{"type":"api_key","provider":"anthropic","key":"sk-ant-api03-made-up0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000-AAAAAAAA"},"openai:manual":{"type":"api_key","provider":"openai","key":"sk-made-up-openai-0000000000000000000000000000000000000000"},"openrouter:work":{"type":"api_key","provider":"openrouter","key":"sk-or-v1-made-up00000000000000000000000000000000000000000000000000000000"},"anthropic:setup":{"type":"token","provider":"anthropic","expires":1827592637425,"token":"sk-ant-oat01-made-up00000000000000000000000000000000000000000000000000000000000000000000000000000000-AAAAAAAA"}}}',1796056637848);
CREATE TABLE schema_meta (
  meta_key TEXT NOT NULL PRIMARY KEY,
  role TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  agent_id TEXT,
  app_version TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
INSERT INTO schema_meta VALUES('primary','global',18,NULL,'2026.9.6',1796056527932,1796056527932);
CREATE TABLE secret_store_entries (
  scope_kind TEXT NOT NULL CHECK (scope_kind IN ('team', 'identity')),
  scope_id TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('secret', 'env')),
  created_at_ms INTEGER NOT NULL CHECK (created_at_ms >= 0),
  updated_at_ms INTEGER NOT NULL CHECK (updated_at_ms >= 0),
  updated_by TEXT,
  deleted_at_ms INTEGER,
  allowed_hosts TEXT,
  CHECK ((scope_kind = 'team' AND scope_id = '') OR (scope_kind = 'identity' AND length(scope_id) > 0)),
  PRIMARY KEY (scope_kind, scope_id, name)
) STRICT;
CREATE TABLE mcp_oauth_stores (
  store_key TEXT NOT NULL PRIMARY KEY,
  format_version INTEGER NOT NULL CHECK (format_version = 1),
  store_json TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
