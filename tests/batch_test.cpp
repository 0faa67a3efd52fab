// The parts of costengine batch that need no process: frames, rows, journal, lists, schedule,
// totals.

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "batch/batch_bar.hpp"
#include "batch/fingerprint.hpp"
#include "batch/frame.hpp"
#include "batch/inputs.hpp"
#include "batch/journal.hpp"
#include "batch/row.hpp"
#include "batch/schedule.hpp"
#include "batch/totals.hpp"
#include "command_line/command_line.hpp"
#include "costengine/base/config.hpp"
#include "costengine/base/money.hpp"
#include "costengine/run/keys.hpp"

namespace costengine::cli {
namespace {

std::vector<std::string> frames_in(const std::string& stream, std::size_t piece) {
  FrameReader reader;
  std::vector<std::string> payloads;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    reader.add(std::string_view(stream).substr(at, piece));
    while (auto payload = reader.next()) payloads.push_back(std::move(*payload));
  }
  return payloads;
}

Row full_row(const std::string& path) {
  Row row;
  row.text = "{\"path\":\"" + path + "\"}\n";
  RunSummary& s = row.summary;
  s.request_id = "order 7";
  s.input = path;
  s.outcome = Outcome::kUnpriced;
  s.error = Error{ErrorCode::kPricesMissing, Stage::kPrice, "no rate", 12, 34};
  s.cache = CacheOutcome::kProduction;
  s.times = {1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 24};
  s.bytes = 684;
  s.facets = 12;
  s.print_time_s = 1800.25;
  s.total_minor = -5;
  s.currency = "EUR";
  s.minor_digits = 2;
  return row;
}

/// A folder that goes when the test ends.
class Folder {
 public:
  Folder() : path_(::mkdtemp(name_)) {}
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  char name_[32] = "/tmp/costengine-test-XXXXXX";
  std::string path_;
};

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return (std::ostringstream() << file.rdbuf()).str();
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

const std::string kFingerprint = "profile abc\nprices 1 example\n";

/// The inputs and places that a journal tells of when it is opened again.
struct Told {
  std::vector<std::string> inputs;
  std::vector<Journal::Place> places;
  [[nodiscard]] Journal::Finished into() {
    return [this](const FileState&, const RunSummary& summary, Journal::Place place) {
      inputs.push_back(summary.input);
      places.push_back(place);
    };
  }
};

}  // namespace

TEST_CASE("frames come back from a stream in pieces of any size") {
  const std::vector<std::string> payloads = {"one", "", std::string(100'000, 'x'), "four"};
  std::string stream;
  for (const std::string& payload : payloads) stream += framed(payload);
  for (const std::size_t piece :
       {std::size_t{1}, std::size_t{7}, std::size_t{4096}, stream.size()}) {
    CHECK(frames_in(stream, piece) == payloads);
  }
}

TEST_CASE("a frame that is cut or changed anywhere is not taken for one") {
  const std::string stream = framed("a payload of some length");
  for (std::size_t at = 0; at < stream.size(); ++at) {
    CHECK(frames_in(stream.substr(0, at), 64).empty());
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = stream;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      CHECK(frames_in(damaged, 64).empty());
    }
  }
}

TEST_CASE("a row comes back from bytes as it was, and not from fewer or more") {
  const Row row = full_row("a.stl");
  WireWriter out;
  put(out, row);
  const std::string bytes = std::move(out).take();
  WireReader in(bytes);
  const Row again = take_row(in);
  REQUIRE(in.at_end());
  CHECK(again.text == row.text);
  const RunSummary& s = again.summary;
  CHECK(s.request_id == "order 7");
  CHECK(s.input == "a.stl");
  CHECK(s.outcome == Outcome::kUnpriced);
  REQUIRE(s.error);
  CHECK(s.error->to_string() == row.summary.error->to_string());
  CHECK(s.error->line == 34);
  CHECK(s.cache == CacheOutcome::kProduction);
  CHECK(s.times.load_ms == 1.5);
  CHECK(s.times.price_ms == 6.5);
  CHECK(s.times.total_ms == 24);
  CHECK(s.bytes == 684);
  CHECK(s.facets == 12);
  CHECK(s.print_time_s == 1800.25);
  CHECK(s.total_minor == -5);
  CHECK(s.currency == "EUR");
  CHECK(s.minor_digits == 2);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    WireReader cut(std::string_view(bytes).substr(0, size));
    (void)take_row(cut);
    CHECK_FALSE(cut.ok());
  }
}

TEST_CASE("a journal gives back its rows, also after it is opened again") {
  const Folder folder;
  const std::string path = folder.file("out.journal");
  Told told;
  {
    Journal journal(path, kFingerprint, false, told.into());
    const auto place = journal.append({1, 2}, full_row("a.stl"));
    (void)journal.append({3, 4}, full_row("b.stl"));
    CHECK(journal.row_text(place) == full_row("a.stl").text);
    CHECK(told.inputs.empty());
  }
  CHECK_THROWS_AS(Journal(path, kFingerprint, false, told.into()), UsageError);
  CHECK_THROWS_AS(Journal(path, "profile abc\nprices 2 shop\n", true, told.into()), UsageError);
  Journal journal(path, kFingerprint, true, told.into());
  REQUIRE(told.inputs == std::vector<std::string>{"a.stl", "b.stl"});
  CHECK(journal.row_text(told.places[1]) == full_row("b.stl").text);
  journal.remove();
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a journal that is cut anywhere has its whole rows and takes new ones") {
  const Folder folder;
  const std::string path = folder.file("out.journal");
  std::vector<std::uint64_t> ends;  // of the header and of each row
  {
    Told told;
    Journal journal(path, kFingerprint, false, told.into());
    ends.push_back(content(path).size());
    for (const char* name : {"a.stl", "b.stl", "c.stl"}) {
      (void)journal.append({}, full_row(name));
      ends.push_back(content(path).size());
    }
  }
  const std::string whole = content(path);
  const std::vector<std::string> names = {"a.stl", "b.stl", "c.stl"};
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    write(path, whole.substr(0, size));
    std::size_t rows = 0;
    while (rows < names.size() && ends[rows + 1] <= size) ++rows;
    {
      Told told;
      Journal journal(path, kFingerprint, true, told.into());
      CHECK(told.inputs ==
            std::vector<std::string>(names.begin(), names.begin() + static_cast<long>(rows)));
      (void)journal.append({}, full_row("new.stl"));
    }
    Told told;
    const Journal journal(path, kFingerprint, true, told.into());
    REQUIRE(told.inputs.size() == rows + 1);
    CHECK(told.inputs.back() == "new.stl");
    CHECK(journal.row_text(told.places.back()) == full_row("new.stl").text);
  }
}

TEST_CASE("what follows a damaged record does not come back") {
  const Folder folder;
  const std::string path = folder.file("out.journal");
  Told told;
  Journal::Place second;
  {
    Journal journal(path, kFingerprint, false, told.into());
    (void)journal.append({}, full_row("a.stl"));
    second = journal.append({}, full_row("b.stl"));
    (void)journal.append({}, full_row("c.stl"));
  }
  std::string damaged = content(path);
  damaged[second.offset + second.bytes / 2] ^= 1;
  write(path, damaged);
  {
    Journal journal(path, kFingerprint, true, told.into());
    (void)journal.append({}, full_row("d.stl"));  // as long as the damaged one
  }
  CHECK(told.inputs == std::vector<std::string>{"a.stl"});
  const Journal journal(path, kFingerprint, true, told.into());
  CHECK(told.inputs == std::vector<std::string>{"a.stl", "a.stl", "d.stl"});
}

TEST_CASE("rows of an engine that gives other answers are not taken over") {
  const std::string engine = COSTENGINE_VERSION " " + std::to_string(kAnswerRevision);
  CHECK(job_fingerprint(Job{}).starts_with("engine " + engine + "\n"));
}

TEST_CASE("a file with another content is another one, though its size and time are the same") {
  const Folder folder;
  const std::string path = folder.file("a.stl");
  write(path, "one");
  const FileState before = file_state(path);
  const auto time = std::filesystem::last_write_time(path);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // a step of the kernel's clock
  write(path, "two");
  std::filesystem::last_write_time(path, time);
  CHECK_FALSE(file_state(path) == before);
}

TEST_CASE("fingerprints say in what they differ") {
  CHECK(differences("a 1\nb 2\n", "a 1\nb 2\n").empty());
  CHECK(differences("a 1\nb 2\n", "a 1\nb 3\n") == "b");
  CHECK(differences("a 1\nb 2\n", "a 2\nc 3\n") == "a, b, c");
}

TEST_CASE("a list has a path a line, or between NULs") {
  using Paths = std::vector<std::string>;
  CHECK(listed_paths("a\nb c\n\nd") == Paths{"a", "b c", "d"});
  CHECK(listed_paths("a\r\nb\r\n") == Paths{"a", "b"});
  CHECK(listed_paths(std::string_view("a\nb\0c\r\0", 7)) == Paths{"a\nb", "c\r"});
  CHECK(listed_paths("").empty());
  CHECK(listed_paths("\n\n").empty());
}

TEST_CASE("only files of the same length and kind are hashed, and equal ones are one task") {
  const std::vector<Input> inputs = {{"a.stl", {100, 1}}, {"b.stl", {200, 1}}, {"c.stl", {100, 2}},
                                     {"d.obj", {100, 1}}, {"e.stl", {100, 1}}, {"f.stl", {100, 3}}};
  Schedule schedule(inputs, {false, false, false, false, false, true}, {});
  std::vector<std::uint64_t> hashed;
  std::vector<std::string> tasks;
  while (auto task = schedule.next()) {
    if (task->kind == Task::Kind::kHash) {
      hashed.push_back(task->files.front().input);
      continue;
    }
    std::string names = task->content_hash;
    for (const TaskFile& file : task->files) names += " " + file.path;
    tasks.push_back(names);
    if (tasks.size() != 2) continue;  // the answers come when all that could be given was given
    schedule.hashed(0, "one");
    schedule.hashed(2, "two");
    schedule.hashed(4, "one");
  }
  CHECK(hashed == std::vector<std::uint64_t>{0, 2, 4});
  CHECK(tasks == std::vector<std::string>{" b.stl", " d.obj", "one a.stl e.stl", "two c.stl"});
  CHECK(schedule.repeated() == 1);
}

TEST_CASE("a file that fails while it is hashed does not hold up the others") {
  const std::vector<Input> inputs = {{"a.stl", {100, 1}}, {"b.stl", {100, 1}}, {"c.stl", {100, 1}}};
  Schedule schedule(inputs, {false, false, false}, {});
  while (schedule.next()) {
  }
  schedule.hashed(0, "one");
  schedule.finished(1);
  CHECK_FALSE(schedule.next());
  schedule.hashed(2, "");
  std::vector<std::string> tasks;
  while (auto task = schedule.next()) tasks.push_back(task->files.front().path);
  CHECK(tasks == std::vector<std::string>{"c.stl", "a.stl"});
}

TEST_CASE("totals add up money by currency, hours of all parts and failures by code") {
  Totals totals(3);
  RunSummary priced;
  priced.outcome = Outcome::kTrusted;
  priced.print_time_s = 1800;
  priced.total_minor = 1250;
  priced.currency = "EUR";
  priced.minor_digits = 2;
  totals.add(priced);
  totals.add(priced);
  CHECK(totals.all_priced());
  totals.add(full_row("a.stl").summary);  // unpriced, from the cache, 0.5 h, -0.05 EUR
  CHECK_FALSE(totals.all_priced());
  RunSummary failed;
  failed.error = Error{};
  totals.add(failed);
  // 3 * (1800 + 1800 + 1800.25) s = 4.5 h
  CHECK(totals.text() ==
        "4 files: 2 trusted, 1 unpriced, 1 failed\ntotal 24.95 EUR\nprinting 4.5 h\n1 from the "
        "cache\nfailures: internal 1, prices_missing 1\n");
}

TEST_CASE("a sum beyond what can be counted is not shown as a number") {
  Totals totals(1);
  RunSummary priced;
  priced.outcome = Outcome::kTrusted;
  priced.total_minor = kMaxMinor;
  priced.currency = "EUR";
  for (int i = 0; i < 2000; ++i) totals.add(priced);
  CHECK(totals.text().find("total beyond counting EUR") != std::string::npos);
}

TEST_CASE("progress shows what is done, how fast, and how long the rest takes") {
  CHECK(batch_progress(500, 0, 0, 1) == "[.........................] 0 of 500, 0 %");
  // 120 of them were there before: 80 in 4 s are 20 a second, and 300 more take 15 s.
  CHECK(batch_progress(500, 120, 200, 4) ==
        "[##########...............] 200 of 500, 40 %, 20 files/s, 15 s left");
  // One in 8 s; 8 more.
  CHECK(batch_progress(9, 0, 1, 8).ends_with("1 of 9, 11 %, 0.12 files/s, 64 s left"));
}

}  // namespace costengine::cli
