#include "platform/scenario_value.h"

#include <fmt/format.h>

#include <array>
#include <toml++/toml.h>

#include "platform/did_you_mean.h"
#include "platform/units.h"

namespace viosim::platform {
namespace {

constexpr std::array kWritableOrigins = {Origin::spec,    Origin::datasheet, Origin::paper,  Origin::measured,
                                         Origin::derived, Origin::recalled,  Origin::assumed};

Origin read_origin(const Table& table) {
  const std::string name = table.text("origin");
  std::vector<std::string> known;
  for (const Origin origin : kWritableOrigins) {
    if (origin_name(origin) == name) return origin;
    known.emplace_back(origin_name(origin));
  }
  table.fail("origin", "\"" + name + "\" is no origin", "one of " + join_names(known) + did_you_mean(name, known));
}

Source read_source(const Table& table, const Sources& sources) {
  if (!table.has("origin")) {
    throw ScenarioError(table.position(), table.path(), "has no source", "an origin, such as origin = \"paper\"");
  }
  Source source{read_origin(table), table.text("ref", ""), table.text("where", "")};
  if (table.has("ref")) {
    std::vector<std::string> known;
    for (const auto& [key, text] : sources) known.push_back(key);
    if (sources.count(source.ref) == 0) {
      table.fail("ref", "\"" + source.ref + "\" is no source",
                 "a key of sources.toml" + did_you_mean(source.ref, known));
    }
  }
  const bool own_reason = source.origin == Origin::assumed || source.origin == Origin::derived;
  if (source.ref.empty() && !own_reason) table.fail("ref", "missing key", "a key of sources.toml");
  if (source.where.empty() && own_reason) {
    table.fail("where", "missing key", source.origin == Origin::derived ? "the formula" : "the reason");
  }
  return source;
}

bool fits(Value::Form form, Dimension dimension) {
  if (form == Value::Form::literal) return true;
  switch (dimension) {
    case Dimension::count: return form == Value::Form::integer;
    case Dimension::ratio: return form == Value::Form::integer || form == Value::Form::real;
    case Dimension::boolean: return form == Value::Form::boolean;
    default: return form == Value::Form::text;
  }
}

std::string shown(const Value& value) {
  return value.form == Value::Form::text ? "\"" + value.text.substr(0, 60) + "\"" : value.text.substr(0, 60);
}

ParamValue resolve_value(const Value& value, const ParamSpec& spec, const std::string& path) {
  if (!fits(value.form, spec.dimension)) {
    const std::vector<std::string> choices(spec.choices.begin(), spec.choices.end());
    throw ScenarioError(value.position, path,
                        fmt::format("{} is no {}", shown(value), dimension_name(spec.dimension)),
                        choices.empty() ? expected_form(spec.dimension) : "one of " + join_names(choices));
  }
  try {
    return parse_literal(spec, value.text);
  } catch (const UnitError& error) {
    throw ScenarioError(value.position, path, error.wrong(), error.expected());
  }
}

}  // namespace

Value read_scalar(const toml::node& node, const std::string& file, const std::string& key) {
  const Position position = position_of(node, file);
  if (const auto* text = node.as_string()) return {Value::Form::text, text->get(), position};
  if (const auto* whole = node.as_integer()) return {Value::Form::integer, fmt::format("{}", whole->get()), position};
  if (const auto* real = node.as_floating_point()) return {Value::Form::real, format_ratio(real->get()), position};
  if (const auto* truth = node.as_boolean()) return {Value::Form::boolean, truth->get() ? "true" : "false", position};
  throw ScenarioError(position, key, "is " + type_in_words(node), "a number, a text, true or false");
}

Entry read_sourced(const toml::table& raw, const std::string& file, const std::string& key, const Sources& sources) {
  const Table table(nullptr, raw, file, key);
  table.check_keys({"value", "origin", "ref", "where", "range"});
  if (!table.has("value")) table.fail("value", "missing key", "value = ...");
  Entry entry;
  entry.position = table.position();
  entry.value = read_scalar(*raw.get("value"), file, key);
  entry.source = read_source(table, sources);
  const toml::node* range = raw.get("range");
  if (range == nullptr) return entry;
  if (!range->is_array() || range->as_array()->size() != 2) {
    table.fail("range", "is no pair", "range = [low, high]");
  }
  for (const toml::node& bound : *range->as_array()) entry.range.push_back(read_scalar(bound, file, key + ".range"));
  return entry;
}

ParamValue resolve(const Entry& entry, const ParamSpec& spec, const std::string& path) {
  ParamValue value = resolve_value(entry.value, spec, path);
  value.source = entry.source;
  const bool ordered = spec.dimension != Dimension::boolean && spec.dimension != Dimension::choice;
  const bool uncertain = entry.source.origin == Origin::recalled || entry.source.origin == Origin::assumed;
  if (entry.range.empty()) {
    if (!uncertain || !ordered) return value;
    throw ScenarioError(entry.position, path,
                        fmt::format("is {} and has no range", origin_name(entry.source.origin)),
                        "range = [low, high] around the value");
  }
  for (const Value& bound : entry.range) value.bounds.push_back(resolve_value(bound, spec, path + ".range"));
  const ParamValue &low = value.bounds[0], &high = value.bounds[1];
  const bool inside = low.number <= value.number && value.number <= high.number && low.ratio <= value.ratio &&
                      value.ratio <= high.ratio;
  if (!ordered || inside) return value;
  throw ScenarioError(entry.value.position, path, shown(entry.value) + " lies outside its range",
                      format_value(spec.dimension, low) + " to " + format_value(spec.dimension, high));
}

}  // namespace viosim::platform
