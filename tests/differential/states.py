"""Generates states of a home directory: a store, a config, variables and files, reproducible by a number."""
import json
import random
import time

HOUR = 3600 * 1000
PROVIDERS = ["anthropic", "anthropic", "openai", "zai", "openrouter", "google", "groq", "qwen-portal", "corp"]
SPELLINGS = {"zai": ["zai", "z.ai", "Z-AI"], "anthropic": ["anthropic", "anthropic", "anthropic", "Anthropic"],
             "qwen-portal": ["qwen-portal", "qwen"]}
MODELS = {"anthropic": "anthropic/claude-opus-4-5", "openai": "openai/gpt-5.2", "zai": "zai/glm-4.7",
          "openrouter": "openrouter/auto", "google": "google/gemini-3-pro-preview", "groq": "groq/llama-3.3-70b",
          "qwen-portal": "qwen-portal/coder-model", "corp": "corp/m1"}
VARIABLES = {"anthropic": ["ANTHROPIC_API_KEY", "ANTHROPIC_OAUTH_TOKEN"], "openai": ["OPENAI_API_KEY"],
             "zai": ["ZAI_API_KEY", "Z_AI_API_KEY"], "openrouter": ["OPENROUTER_API_KEY"],
             "google": ["GEMINI_API_KEY"], "groq": ["GROQ_API_KEY"], "qwen-portal": ["QWEN_OAUTH_TOKEN"]}


def secret(rng: random.Random, prefix: str) -> str:
    return prefix + "".join(rng.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(40))


def expiry(rng: random.Random, now: int):
    return rng.choice([None, 0, now - HOUR, now - 30 * 24 * HOUR, now + 12 * HOUR, now + 48 * HOUR,
                       now + 300 * 24 * HOUR, (now + 300 * 24 * HOUR) // 1000, "2031-01-30T20:00:00Z"])


def credential(rng: random.Random, provider: str, now: int) -> dict:
    kind = rng.choice(["api_key", "api_key", "token", "oauth"])
    record = {"type": kind, "provider": rng.choice(SPELLINGS.get(provider, [provider]))}
    if kind == "api_key":
        value = rng.choice([secret(rng, "sk-test-")] * 8 + ["  ", None])
        if value is not None:
            record["key"] = value
    elif kind == "token":
        record["token"] = rng.choice([secret(rng, "tok-")] * 8 + [" "])
    else:
        record["access"] = secret(rng, "acc-")
        record["refresh"] = rng.choice(["", secret(rng, "ref-")])
    if kind != "api_key":
        ends = expiry(rng, now)
        if ends is not None:
            record["expires"] = ends
    if rng.random() < 0.3:
        record["email"] = f"u{rng.randrange(9)}@example.com"
    return record


def usage(rng: random.Random, now: int) -> dict:
    kind = rng.choice(["used", "cooling", "disabled", "both", "ended"])
    record = {"lastUsed": now - rng.randrange(1, 10_000_000), "errorCount": 0}
    if kind in ("cooling", "both"):
        record.update(errorCount=1, lastFailureAt=now - 60_000, cooldownUntil=now + 8 * 60_000 + 30_000)
    if kind in ("disabled", "both"):
        record.update(lastFailureAt=now - 60_000, disabledUntil=now + 3 * HOUR + 60_000, disabledReason="billing")
    if kind == "ended":
        record.update(errorCount=2, lastFailureAt=now - 2 * HOUR, cooldownUntil=now - HOUR)
    return record


def store(rng: random.Random, now: int) -> dict | None:
    count = rng.choice([0, 0, 1, 1, 2, 3, 5])
    if count == 0 and rng.random() < 0.7:
        return None
    profiles = {}
    for i in range(count):
        provider = rng.choice(PROVIDERS)
        profiles[f"{provider}:{rng.choice(['default', 'work', 'me@example.com'])}{'' if rng.random() < .7 else i}"] = \
            credential(rng, provider, now)
    document = {"version": 1, "profiles": profiles}
    ids = list(profiles) + ["anthropic:gone"]
    if rng.random() < 0.35:
        provider = rng.choice(PROVIDERS)
        own = [i for i in ids if i.startswith(provider)] or ids
        document["order"] = {rng.choice(SPELLINGS.get(provider, [provider])): rng.sample(own, rng.randrange(1, len(own) + 1))}
    if profiles and rng.random() < 0.5:
        document["usageStats"] = {i: usage(rng, now) for i in profiles if rng.random() < 0.6}
    return document


def config(rng: random.Random, document: dict | None) -> dict | None:
    if rng.random() < 0.2:
        return None
    result: dict = {}
    defaults: dict = {}
    if rng.random() < 0.8:
        model: dict = {"primary": MODELS[rng.choice(PROVIDERS)]}
        if rng.random() < 0.4:
            model["fallbacks"] = [MODELS[p] for p in rng.sample(PROVIDERS[2:], rng.randrange(0, 3))]
        defaults["model"] = model
    if rng.random() < 0.3:
        defaults["imageModel"] = {"primary": MODELS[rng.choice(PROVIDERS)]}
    if rng.random() < 0.3:
        defaults["models"] = {MODELS[p]: {"alias": f"a{i}"} if rng.random() < .6 else {}
                              for i, p in enumerate(rng.sample(PROVIDERS[1:], 2))}
        if rng.random() < 0.5:
            aliases = [e["alias"] for e in defaults["models"].values() if "alias" in e]
            if aliases:
                defaults["model"] = {"primary": aliases[0]}
    if defaults:
        result["agents"] = {"defaults": defaults}
    if rng.random() < 0.5:
        provider = {"baseUrl": rng.choice(["http://127.0.0.1:9/v1", "https://corp.example/v1"]),
                    "api": "openai-completions", "models": [{"id": "m1", "name": "m1"}]}
        if rng.random() < 0.6:
            provider["apiKey"] = secret(rng, "cfg-")
        result["models"] = {"providers": {"corp": provider}}
    profiles = (document or {}).get("profiles", {})
    if profiles and rng.random() < 0.3:
        chosen = rng.sample(list(profiles), rng.randrange(1, len(profiles) + 1))
        result["auth"] = {"profiles": {i: {"provider": profiles[i]["provider"],
                                           "mode": rng.choice([profiles[i]["type"]] * 4 + ["oauth"])} for i in chosen}}
    if profiles and rng.random() < 0.2:
        provider = rng.choice(list(profiles)).split(":")[0]
        result.setdefault("auth", {})["order"] = {provider: rng.sample(list(profiles), 1)}
    if rng.random() < 0.2:
        result["env"] = {"vars": {"XAI_API_KEY": secret(rng, "xai-")}}
    return result


def variables(rng: random.Random) -> dict:
    chosen = {}
    for names in VARIABLES.values():
        if rng.random() < 0.25:
            chosen[rng.choice(names)] = rng.choice([secret(rng, "env-")] * 5 + [" "])
    return chosen


def state(number: int) -> dict:
    """{store, config, variables, dotenv, provider}: `provider` is the one whose order is asked for."""
    rng = random.Random(number)
    now = int(time.time() * 1000)
    document = store(rng, now)
    dotenv = f"MISTRAL_API_KEY={secret(rng, 'mis-')}\n" if rng.random() < 0.2 else None
    return {"number": number, "store": document, "config": config(rng, document), "variables": variables(rng),
            "dotenv": dotenv, "provider": rng.choice(["anthropic", "zai", "z.ai", "openai", "corp"])}


if __name__ == "__main__":
    import sys
    print(json.dumps(state(int(sys.argv[1])), indent=2))
