// What a scenario came to: the parameters that were read, as a list, as TOML text and as a digest.
#include <fmt/format.h>

#include <functional>

#include "platform/scenario.h"
#include "platform/units.h"

namespace viosim::platform {
namespace {

using Visit = std::function<void(const Instance&)>;

void walk(const Instance& instance, const Visit& visit) {
  for (const Instance& child : instance.children) {
    visit(child);
    walk(child, visit);
  }
}

std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string shown(Dimension dimension, const std::string& canonical) {
  const bool bare = dimension == Dimension::count || dimension == Dimension::ratio || dimension == Dimension::boolean;
  return bare ? canonical : toml_text(canonical);
}

ResolvedParam resolved_param(const Instance& instance, const std::string& key, const Entry& entry) {
  const auto& [dimension, value] = *entry.read;
  ResolvedParam param{instance.path_of(key), dimension, format_value(dimension, value), "", "", value.source,
                      entry.layer};
  if (value.bounds.size() == 2) {
    param.low = format_value(dimension, value.bounds[0]);
    param.high = format_value(dimension, value.bounds[1]);
  }
  return param;
}

std::string param_line(const std::string& key, const ResolvedParam& param) {
  std::string line = fmt::format("{} = {{ value = {}, origin = \"{}\"", key, shown(param.dimension, param.value),
                                 origin_name(param.source.origin));
  if (!param.source.ref.empty()) line += ", ref = " + toml_text(param.source.ref);
  if (!param.source.where.empty()) line += ", where = " + toml_text(param.source.where);
  if (!param.low.empty()) {
    line += fmt::format(", range = [{}, {}]", shown(param.dimension, param.low), shown(param.dimension, param.high));
  }
  return line + " }\n";
}

std::string instance_section(const Instance& instance) {
  std::string text = fmt::format("\n[{}]\nkind = {}\n", instance.path, toml_text(instance.kind.name));
  if (!instance.part.name.empty()) text += fmt::format("part = {}\n", toml_text(instance.part.name));
  for (const auto& [key, entry] : instance.params) {
    if (entry.read) text += param_line(key, resolved_param(instance, key, entry));
  }
  return text;
}

}  // namespace

std::vector<std::string> Scenario::unread() const {
  std::vector<std::string> paths;
  walk(root_, [&](const Instance& instance) {
    if (instance.kind.name.empty() || index_.keys(instance.kind.name).empty()) return;
    for (const auto& [key, entry] : instance.params) {
      if (entry.read) return;
    }
    paths.push_back(instance.path);
  });
  return paths;
}

std::vector<ResolvedParam> Scenario::resolved() const {
  std::vector<ResolvedParam> all;
  walk(root_, [&](const Instance& instance) {
    for (const auto& [key, entry] : instance.params) {
      if (entry.read) all.push_back(resolved_param(instance, key, entry));
    }
  });
  return all;
}

std::vector<RangedParam> Scenario::ranged() const {
  std::vector<RangedParam> all;
  std::map<Position, std::size_t> by_place;
  walk(root_, [&](const Instance& instance) {
    for (const auto& [key, entry] : instance.params) {
      if (!entry.read || entry.read->value.bounds.empty()) continue;
      const ResolvedParam param = resolved_param(instance, key, entry);
      const auto [known, fresh] = by_place.emplace(entry.value.position, all.size());
      if (fresh) all.push_back({{}, param.value, param.low, param.high, param.source, entry.value.position});
      all[known->second].paths.push_back(param.path);
    }
  });
  return all;
}

std::string Scenario::resolved_toml() const {
  std::string text =
      fmt::format("run = {}\nsystem = {}\nseed = {}\n", toml_text(run_name_), toml_text(system_name_), seed_);
  text += "point = {";
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    text += fmt::format("{}{} = {}", i == 0 ? " " : ", ", toml_text(labels_[i].first), toml_text(labels_[i].second));
  }
  text += labels_.empty() ? "}\n" : " }\n";
  text += "links = [\n";
  for (const Link& link : links_) {
    text += fmt::format("  [{}, {}, {}],\n", toml_text(link.from), toml_text(link.to), toml_text(link.path));
  }
  text += "]\n\n[fidelity]\n";
  for (const auto& [path, choice] : fidelity_)
    text += fmt::format("{} = {}\n", toml_text(path), toml_text(choice.value.text));
  walk(root_, [&](const Instance& instance) {
    if (!instance.kind.name.empty()) text += instance_section(instance);
  });
  return text;
}

std::string Scenario::digest() const {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : resolved_toml()) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format("{:016x}", hash);
}

}  // namespace viosim::platform
