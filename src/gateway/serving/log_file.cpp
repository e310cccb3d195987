#include "gateway/serving/log_file.h"

#include "base/day.h"
#include "base/json.h"
#include "base/line_writer.h"
#include "base/text.h"

namespace openclaw::gateway {

namespace {

struct LevelName {
    std::string_view shown;
    int id;
};

LevelName level_name(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return {"DEBUG", 2};
        case LogLevel::info:
            return {"INFO", 3};
        case LogLevel::warn:
            return {"WARN", 4};
        case LogLevel::error:
            return {"ERROR", 5};
    }
    return {"INFO", 3};
}

std::optional<LogLevel> level_of(std::string_view text) {
    if (text == "silent") return std::nullopt;
    if (text == "trace" || text == "debug") return LogLevel::debug;
    if (text == "warn") return LogLevel::warn;
    if (text == "error" || text == "fatal") return LogLevel::error;
    return LogLevel::info;
}

std::string json_line(TimePoint time, LogLevel level, std::string_view subsystem, std::string_view message) {
    const auto name = json::serialize(json::object{{"subsystem", json::string_view(subsystem)}});
    const auto when = iso_time(time);
    const auto shown = level_name(level);
    return json::serialize(
        json::object{{"0", name},
                     {"1", json::string_view(message)},
                     {"_meta", json::object{{"runtime", "native"},
                                            {"name", name},
                                            {"date", when},
                                            {"logLevelId", shown.id},
                                            {"logLevelName", json::string_view(shown.shown)}}},
                     {"time", when}});
}

// A line of the log is one line, whatever somebody sends.
std::string on_one_line(std::string text) {
    return replaced(std::move(text), "\n", "\\n");
}

class LogFile final : public DaemonLog {
public:
    LogFile(const Clock& clock, LogSettings settings, std::function<void(std::string_view)> console)
        : clock_(clock), settings_(std::move(settings)), console_(std::move(console)) {}

    void write(LogLevel level, std::string_view subsystem, std::string_view message) override {
        const auto now = clock_.now();
        const auto text = on_one_line(printable(message));
        if (console_ && settings_.console_level && level >= *settings_.console_level)
            console_(fmt::format("{} [{}] {}", iso_time(now), subsystem, text));
        if (!settings_.level || level < *settings_.level) return;
        use_file_of(now);
        constexpr auto between_looks = std::chrono::seconds(1);
        if (clock_.steady() - looked_ >= between_looks) reopen();
        writer_->write(json_line(now, level, subsystem, text));
    }

    void reopen() override {
        looked_ = clock_.steady();
        if (writer_) writer_->look_for_file();
    }

private:
    void use_file_of(TimePoint now) {
        auto file = settings_.file_at(now).string();
        if (writer_ && file == file_) return;
        file_ = std::move(file);
        LineWriter::Options options;
        options.file = file_;
        writer_ = std::make_unique<LineWriter>(std::move(options));
    }

    const Clock& clock_;
    LogSettings settings_;
    std::function<void(std::string_view)> console_;
    std::string file_;
    std::unique_ptr<LineWriter> writer_;
    std::chrono::steady_clock::time_point looked_;
};

}  // namespace

LogSettings LogSettings::from(const config::Config& config) {
    LogSettings settings;
    settings.folder = config.paths().state / "logs";
    if (auto file = config.text("logging.file"); file && !trimmed(*file).empty()) {
        auto path = platform::Path(*file);
        if (file->starts_with("~/")) path = config.paths().home / file->substr(2);
        settings.folder = path.parent_path();
        settings.file_name = path.filename().string();
    }
    if (auto level = config.text("logging.level")) settings.level = level_of(*level);
    if (auto level = config.text("logging.consoleLevel")) settings.console_level = level_of(*level);
    return settings;
}

platform::Path LogSettings::file_at(TimePoint time) const {
    if (!file_name.empty()) return folder / file_name;
    return folder / fmt::format("openclaw-{}.log", day_of(time));
}

std::unique_ptr<DaemonLog> open_log(platform::FileSystem& files, const Clock& clock, LogSettings settings,
                                    std::function<void(std::string_view)> console) {
    auto made = platform::make_folders(files, settings.folder, 0700);
    if (!made && console)
        console(fmt::format("no log file in {}: {}", settings.folder.string(), made.error().message));
    if (!made) settings.level = std::nullopt;
    return std::make_unique<LogFile>(clock, std::move(settings), std::move(console));
}

}  // namespace openclaw::gateway
