//! How the spec writes a rule: `name`, `when`, `then`.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::condition::{Condition, QueryPair};
use super::model::Rule;
use crate::base::decode::schema;
use crate::base::{
    Cx, Decode, Generator, Located, Node, NodeKind, ObjectReader, OneOrMany, Place, Schema, Table, object,
    record,
};
use crate::kinds::action::spec::ActionSpec;
use crate::kinds::action::{Action, GroupKey};
use crate::kinds::rows::{self, Common, Rows};
use crate::model::world::Tags;

/// A rule as the spec writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleSpec {
    /// What all resources may say.
    pub common: Common,
    /// The scalar fields.
    pub rows: Rows,
    /// Its identity on the listener.
    pub name: Located<String>,
    /// The conditions; none only when that was reported.
    pub when: Option<Located<WhenSpec>>,
    /// The action; none only when that was reported.
    pub then: Option<Located<ActionSpec>>,
}

/// Patterns of one condition: one text, or a list of which any may match.
type Values = Located<OneOrMany<Located<String>>>;

/// Conditions as the spec writes them: all must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WhenSpec {
    /// Patterns of the host.
    pub host: Option<Values>,
    /// Patterns of the path.
    pub path: Option<Values>,
    /// Each stands for two patterns: the path itself, and all below it.
    pub path_prefix: Option<Values>,
    /// Methods.
    pub method: Option<Values>,
    /// Patterns of headers, by name.
    pub header: Option<Table<Values>>,
    /// Patterns of the query.
    pub query: Option<QuerySpec>,
    /// CIDR blocks.
    pub source_ip: Option<Values>,
    /// More conditions, for two of one sort.
    pub all: Vec<WhenSpec>,
}

/// `{ key: values }` for one condition a key, or a list of pairs for one condition.
#[derive(Clone, Debug, PartialEq)]
pub enum QuerySpec {
    /// One condition for each key.
    Each(Table<Values>),
    /// One condition: any of the pairs.
    AnyOf(Located<Vec<PairSpec>>),
}

/// One pair of a query condition.
#[derive(Clone, Debug, PartialEq)]
pub struct PairSpec {
    /// Left out: any key.
    pub key: Option<Located<String>>,
    /// The pattern of the value.
    pub value: Located<String>,
}

impl RuleSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let common = Common::read(r);
        r.later("transforms", "Rewrites of host and URL.");
        let name = r.required("name", "The rule's identity on its listener.");
        let rows = rows::read::<Rule>(r, "", &[]);
        let when = r.required("when", "The conditions; all must hold.");
        let then = r.required("then", "What happens then.");
        Some(Self { common, rows, name: name?, when, then })
    }

    /// The canonical form.
    pub fn lower(&self, listener: &str, then: Action<GroupKey>, mut tags: Tags) -> Rule {
        // The console shows the tag `Name` as the rule's name.
        tags.entry("Name".to_owned()).or_insert_with(|| self.name.value.clone());
        let mut model = Rule {
            listener: listener.to_owned(),
            priority: 0,
            explicit_priority: self.rows.contains_key("priority"),
            when: self.when.as_ref().map(|when| when.value.conditions()).unwrap_or_default(),
            then,
            transforms: Vec::new(),
            tags,
        };
        rows::fill(&mut model, &self.rows, &["tags", "when", "then"]);
        model.canonical()
    }

    /// Where each field was written.
    pub fn places(&self) -> BTreeMap<String, Place> {
        let mut places = rows::places(&self.rows);
        places.extend(self.when.iter().map(|when| ("when".to_owned(), when.at)));
        places.extend(self.then.iter().map(|then| ("then".to_owned(), then.at)));
        places
    }
}

impl Decode for RuleSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        object(node, cx, "rule", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        record(g, "rule", Self::read)
    }
}

impl WhenSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        for key in ["host_regex", "path_regex", "header_regex"] {
            r.later(key, "");
        }
        let when = Self {
            host: r.optional("host", "Patterns of the host, without regard to case."),
            path: r.optional("path", "Patterns of the path, case-sensitive."),
            path_prefix: r.optional("path_prefix", "`/a` is the two patterns `/a` and `/a/*`."),
            method: r.optional("method", "Methods."),
            header: r.optional("header", "Patterns of headers, by name; all must match."),
            query: r.optional("query", "Patterns of the query, by key; all must match."),
            source_ip: r.optional("source_ip", "CIDR blocks of the connecting client."),
            all: r.optional::<Vec<Self>>("all", "More conditions, for two of one sort.").unwrap_or_default(),
        };
        (!r.was_bad()).then_some(when)
    }

    /// This and everything under `all`.
    pub fn flat(&self) -> Vec<&Self> {
        let mut all = vec![self];
        all.extend(self.all.iter().flat_map(Self::flat));
        all
    }

    /// The canonical conditions.
    pub fn conditions(&self) -> Vec<Condition> {
        let mut conditions: Vec<Condition> = self.flat().into_iter().flat_map(Self::own_conditions).collect();
        conditions.sort();
        conditions.dedup();
        conditions
    }

    fn own_conditions(&self) -> Vec<Condition> {
        let mut conditions = Vec::new();
        conditions.extend(self.host.as_ref().map(|values| Condition::Host(set(values))));
        let mut paths: BTreeSet<String> = self.path.as_ref().map(set).unwrap_or_default();
        for prefix in self.path_prefix.as_ref().map(set).unwrap_or_default() {
            let prefix = prefix.trim_end_matches('/');
            paths.insert(format!("{prefix}/*"));
            if !prefix.is_empty() {
                paths.insert(prefix.to_owned());
            }
        }
        if !paths.is_empty() {
            conditions.push(Condition::Path(paths));
        }
        conditions.extend(self.method.as_ref().map(|values| Condition::Method(set(values))));
        for (name, values) in self.header.iter().flatten() {
            conditions.push(Condition::Header { name: name.value.clone(), values: set(values) });
        }
        conditions.extend(self.query.iter().flat_map(QuerySpec::conditions));
        conditions.extend(self.source_ip.as_ref().map(|values| Condition::SourceIp(set(values))));
        conditions
    }
}

fn set(values: &Values) -> BTreeSet<String> {
    values.value.0.iter().map(|value| value.value.clone()).collect()
}

impl QuerySpec {
    fn conditions(&self) -> Vec<Condition> {
        match self {
            Self::Each(table) => table
                .iter()
                .map(|(key, values)| {
                    let pair = |value| QueryPair { key: Some(key.value.clone()), value };
                    Condition::Query(set(values).into_iter().map(pair).collect())
                })
                .collect(),
            Self::AnyOf(pairs) => {
                let pair = |pair: &PairSpec| QueryPair {
                    key: pair.key.as_ref().map(|key| key.value.clone()),
                    value: pair.value.value.clone(),
                };
                vec![Condition::Query(pairs.value.iter().map(pair).collect())]
            }
        }
    }
}

impl Decode for WhenSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        object(node, cx, "when", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        record(g, "when", Self::read)
    }
}

impl Decode for QuerySpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        if !cx.usable(node) {
            return None;
        }
        match node.kind {
            NodeKind::Seq(_) => Located::decode(node, cx).map(Self::AnyOf),
            NodeKind::Map(_) | NodeKind::Scalar { .. } => Table::decode(node, cx).map(Self::Each),
        }
    }

    fn schema(g: &mut Generator) -> Schema {
        schema::any_of(vec![Table::<Values>::schema(g), Vec::<PairSpec>::schema(g)])
    }
}

impl PairSpec {
    fn read(r: &mut ObjectReader<'_, '_>) -> Option<Self> {
        let key = r.optional("key", "Left out: any key.");
        let value = r.required("value", "The pattern of the value.");
        Some(Self { key, value: value? })
    }
}

impl Decode for PairSpec {
    fn decode(node: &Rc<Node>, cx: &mut Cx<'_>) -> Option<Self> {
        object(node, cx, "query pair", Self::read)
    }

    fn schema(g: &mut Generator) -> Schema {
        record(g, "query_pair", Self::read)
    }
}
