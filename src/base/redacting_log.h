#pragma once

#include "base/log.h"
#include "base/redact.h"

namespace openclaw {

// A log that takes known and secret-looking values out of every message first. main.cpp puts it in front
// of the real one. Both must outlive it.
class RedactingLog final : public Log {
public:
    RedactingLog(Log& inner, const Redactor& redactor) : inner_(inner), redactor_(redactor) {}
    void write(LogLevel level, std::string_view subsystem, std::string_view message) override {
        inner_.write(level, subsystem, redactor_.redact(message));
    }

private:
    Log& inner_;
    const Redactor& redactor_;
};

}  // namespace openclaw
