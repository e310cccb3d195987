#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace openclaw::cli {

// Standard output holds the result, with --json nothing else; everything else goes to standard error.
class Output {
public:
    virtual ~Output() = default;
    virtual void line(std::string_view text) = 0;     // stdout
    virtual void text(std::string_view text) = 0;     // stdout, no line break
    virtual void json(const json::value& value) = 0;  // stdout, indented by 2
    virtual void note(std::string_view text) = 0;     // stderr
    virtual void error(const Error& error) = 0;       // stderr: "error: …" and "hint: …"
    virtual void flush() = 0;
    // Whether stdout takes a line now. A terminal that was stopped and a pipe that nobody reads don't.
    virtual bool ready() const { return true; }
    // How far something long has come, in place of what stood there before; shown only where standard error
    // is a terminal, and below a line that has been begun there, which can go on where it stopped. An empty
    // text takes it away, and has to before anything else is said.
    virtual void progress(std::string_view) {}
    virtual bool colours() const { return false; }  // stdout is a terminal that shows them
    // How wide the terminal is that stdout is; nothing for a pipe or a file.
    virtual std::optional<std::size_t> columns() const { return std::nullopt; }
};

// Emphasis for people; plain text where colours are off.
std::string bold(const Output& out, std::string_view text);
std::string dim(const Output& out, std::string_view text);

struct OutputSettings {
    bool colours = false;        // on standard output
    bool error_colours = false;  // on standard error: of the first word of errors, hints, warnings and notes
    std::optional<std::size_t> columns = {};
    std::string profile;  // commands named in hints get `--profile NAME` inserted
};

// Writes to two descriptors. Whatever a text was made of, nothing in it steers a terminal: control and
// direction characters become visible escapes, in JSON the escapes of JSON; styles are ours alone (bold,
// dim). What is written to standard output is kept until flush() or 16 KiB. A reader that went away (`|
// head`) is no error: the rest is dropped. Any other failure is told by `problem()`.
class DescriptorOutput final : public Output {
public:
    DescriptorOutput(int standard_output, int standard_error, OutputSettings settings);
    void line(std::string_view text) override;
    void text(std::string_view text) override;
    void json(const json::value& value) override;
    void note(std::string_view text) override;
    void error(const Error& error) override;
    void flush() override;
    bool ready() const override;
    void progress(std::string_view text) override;
    bool colours() const override { return settings_.colours; }
    std::optional<std::size_t> columns() const override { return settings_.columns; }
    const std::optional<Error>& problem() const { return problem_; }

private:
    int output_, error_;
    OutputSettings settings_;
    void show_below(std::string_view text);

    std::string waiting_;
    std::size_t begun_ = 0;     // columns of the line that stands on the terminal without its end
    bool shown_below_ = false;  // what progress() shows
    bool closed_ = false;
    std::optional<Error> problem_;
};

// "run `openclaw x`" becomes "run `openclaw --profile work x`" when that profile is active.
std::string with_profile(std::string hint, std::string_view profile);

}  // namespace openclaw::cli
