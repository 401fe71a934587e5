import static org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter.*;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.ar.*;
import org.apache.lucene.analysis.core.*;
import org.apache.lucene.analysis.en.*;
import org.apache.lucene.analysis.es.*;
import org.apache.lucene.analysis.miscellaneous.*;
import org.apache.lucene.analysis.ngram.*;
import org.apache.lucene.analysis.pt.*;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.*;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;

/**
 * Lucene's tokenizers, filters and language analyzers, under Elasticsearch's names and with its defaults.
 *
 * Why it exists: the distribution has them in its module analysis-common, which is not on Maven Central. Here is what
 * the hub may use (standard, stop and shingle are the engine's own). Anything else is refused, parameters included:
 * an index that is accepted here must mean the same in production.
 */
public final class AnalysisForTests extends Plugin implements AnalysisPlugin {

    @Override
    public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
        return Map.of(
            "keyword", tokenizer("", given -> new KeywordTokenizer()),
            "whitespace", tokenizer("", given -> new WhitespaceTokenizer()),
            "ngram", tokenizer("min_gram max_gram token_chars", given -> {
                IntPredicate kept = given.tokenChars();
                return new NGramTokenizer(given.minGram(), given.maxGramWithinLimit()) {
                    @Override protected boolean isTokenChar(int character) { return kept.test(character); }
                };
            }),
            // Elasticsearch ignores "side" of a tokenizer, and Wagtail's own settings still carry it.
            "edge_ngram", tokenizer("min_gram max_gram token_chars side", given -> {
                IntPredicate kept = given.tokenChars();
                return new EdgeNGramTokenizer(given.minGram(), given.maxGram()) {
                    @Override protected boolean isTokenChar(int character) { return kept.test(character); }
                };
            }));
    }

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        Map<String, AnalysisProvider<TokenFilterFactory>> filters = new HashMap<>();
        // requiresAnalysisSettings: not to be used by the bare name, which has defaults of its own in Elasticsearch
        filters.put("lowercase", normalizing("", given -> LowerCaseFilter::new));
        filters.put("decimal_digit", normalizing("", given -> DecimalDigitFilter::new));
        filters.put("arabic_normalization", normalizing("", given -> ArabicNormalizationFilter::new));
        filters.put("asciifolding", filter("preserve_original", given -> {
            boolean both = given.flag("preserve_original", false);
            return new Normalizing(given.name, in -> new ASCIIFoldingFilter(in, both), ASCIIFoldingFilter::new);
        }));
        filters.put("elision", AnalysisPlugin.requiresAnalysisSettings(normalizing("articles articles_case", given -> {
            CharArraySet articles = Analysis.parseArticles(given.environment, given.settings);
            if (articles == null) throw given.refusal("needs articles");
            return in -> new ElisionFilter(in, articles);
        })));
        filters.put("stemmer", plain("language name", AnalysisForTests::stemmer));
        filters.put("unique", plain("only_on_same_position", given ->
            given.flag("only_on_same_position", false) ? RemoveDuplicatesTokenFilter::new : Unique::new));
        filters.put("flatten_graph", plain("", given -> FlattenGraphFilter::new));
        String grams = "min_gram max_gram preserve_original";
        filters.put("edge_ngram", AnalysisPlugin.requiresAnalysisSettings(overlapping(grams, given -> {
            int min = given.minGram(), max = given.maxGram();
            return in -> new EdgeNGramTokenFilter(in, min, max, given.flag("preserve_original", false));
        })));
        filters.put("ngram", overlapping(grams, given -> {
            int min = given.minGram(), max = given.maxGramWithinLimit();
            return in -> new NGramTokenFilter(in, min, max, given.flag("preserve_original", false));
        }));
        filters.put("word_delimiter_graph", overlapping(WORD_PARTS + " adjust_offsets protected_words", given -> {
            CharArraySet whole = Analysis.getWordSet(given.environment, given.settings, "protected_words");
            boolean adjust = given.flag("adjust_offsets", true);
            byte[] kinds = WordDelimiterIterator.DEFAULT_WORD_DELIM_TABLE;
            return in -> new WordDelimiterGraphFilter(in, adjust, kinds, wordParts(given), whole);
        }));
        return filters;
    }

    @Override
    public Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> getAnalyzers() {
        return Map.of(
            "english", analyzer(EnglishAnalyzer.getDefaultStopSet(), EnglishAnalyzer::new),
            "spanish", analyzer(SpanishAnalyzer.getDefaultStopSet(), SpanishAnalyzer::new),
            "portuguese", analyzer(PortugueseAnalyzer.getDefaultStopSet(), PortugueseAnalyzer::new),
            "arabic", analyzer(ArabicAnalyzer.getDefaultStopSet(), ArabicAnalyzer::new));
    }

    private static UnaryOperator<TokenStream> stemmer(Given given) {
        String language = given.settings.get("language", given.settings.get("name", "english"));
        return switch (language) {
            case "english" -> PorterStemFilter::new;
            case "light_english" -> org.apache.lucene.analysis.en.KStemFilter::new;
            case "minimal_english" -> EnglishMinimalStemFilter::new;
            case "possessive_english" -> EnglishPossessiveFilter::new;
            case "light_spanish" -> SpanishLightStemFilter::new;
            case "light_portuguese" -> PortugueseLightStemFilter::new;
            case "arabic" -> ArabicStemFilter::new;
            default -> throw given.refusal("does not know the language " + language);
        };
    }

    private static final String WORD_PARTS =
        "generate_word_parts generate_number_parts catenate_words catenate_numbers catenate_all "
            + "split_on_case_change split_on_numerics stem_english_possessive preserve_original";

    private static int wordParts(Given given) {
        return (given.flag("generate_word_parts", true) ? GENERATE_WORD_PARTS : 0)
            | (given.flag("generate_number_parts", true) ? GENERATE_NUMBER_PARTS : 0)
            | (given.flag("catenate_words", false) ? CATENATE_WORDS : 0)
            | (given.flag("catenate_numbers", false) ? CATENATE_NUMBERS : 0)
            | (given.flag("catenate_all", false) ? CATENATE_ALL : 0)
            | (given.flag("split_on_case_change", true) ? SPLIT_ON_CASE_CHANGE : 0)
            | (given.flag("split_on_numerics", true) ? SPLIT_ON_NUMERICS : 0)
            | (given.flag("stem_english_possessive", true) ? STEM_ENGLISH_POSSESSIVE : 0)
            | (given.flag("preserve_original", false) ? PRESERVE_ORIGINAL : 0);
    }

    /** What an index says about one of its tokenizers, filters or analyzers. */
    private record Given(IndexSettings index, Environment environment, String name, Settings settings) {

        Given only(String parameters) {
            Set<String> known = Set.of(("type version " + parameters).trim().split(" "));
            for (String key : settings.keySet()) {
                String parameter = key.replaceFirst("\\.\\d+$", "");  // the second of a list comes as "name.1"
                // Where a name is used without parameters, the settings are those of the whole index.
                if (!known.contains(parameter) && !key.startsWith("index.")) throw refusal("does not know " + key);
            }
            return this;
        }

        IllegalArgumentException refusal(String reason) {
            return new IllegalArgumentException("[" + name + "] " + reason + " (see AnalysisForTests.java)");
        }

        boolean flag(String parameter, boolean normally) {
            return settings.getAsBoolean(parameter, normally);
        }

        int minGram() {
            return settings.getAsInt("min_gram", 1);
        }

        int maxGram() {
            return settings.getAsInt("max_gram", 2);
        }

        int maxGramWithinLimit() {
            if (maxGram() - minGram() > index.getMaxNgramDiff()) throw refusal("exceeds index.max_ngram_diff");
            return maxGram();
        }

        IntPredicate tokenChars() {
            IntPredicate any = null;
            for (String kind : settings.getAsList("token_chars")) {
                IntPredicate one = switch (kind) {
                    case "letter" -> Character::isLetter;
                    case "digit" -> Character::isDigit;
                    case "whitespace" -> Character::isWhitespace;
                    default -> throw refusal("does not know the token_chars " + kind);
                };
                any = any == null ? one : any.or(one);
            }
            return any == null ? character -> true : any;
        }
    }

    private static class Plain extends AbstractTokenFilterFactory {
        private final UnaryOperator<TokenStream> step;
        private final boolean overlapping;

        Plain(String name, UnaryOperator<TokenStream> step, boolean overlapping) {
            super(name);
            this.step = step;
            this.overlapping = overlapping;
        }

        @Override public TokenStream create(TokenStream in) { return step.apply(in); }
        @Override public boolean breaksFastVectorHighlighter() { return overlapping; }
    }

    /** Changes single characters, so that it also applies to keywords and to the terms of prefix or fuzzy queries. */
    private static final class Normalizing extends Plain implements NormalizingTokenFilterFactory {
        private final UnaryOperator<TokenStream> normalization;

        Normalizing(String name, UnaryOperator<TokenStream> step, UnaryOperator<TokenStream> normalization) {
            super(name, step, false);
            this.normalization = normalization;
        }

        @Override public TokenStream normalize(TokenStream in) { return normalization.apply(in); }
    }

    /** Keeps the first of equal tokens. Lucene has this for one position alone. */
    private static final class Unique extends org.apache.lucene.analysis.TokenFilter {
        private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
        private final CharArraySet seen = new CharArraySet(8, false);

        Unique(TokenStream in) {
            super(in);
        }

        @Override
        public boolean incrementToken() throws IOException {
            while (input.incrementToken()) {
                if (seen.add(term.toString())) return true;
            }
            return false;
        }

        @Override
        public void reset() throws IOException {
            super.reset();
            seen.clear();
        }
    }

    private static AnalysisProvider<TokenizerFactory> tokenizer(String parameters, Function<Given, Tokenizer> maker) {
        return (index, environment, name, settings) -> {
            Given given = new Given(index, environment, name, settings).only(parameters);
            maker.apply(given);  // a wrong parameter is refused when the index is made, not when it is used
            return TokenizerFactory.newFactory(name, () -> maker.apply(given));
        };
    }

    private static AnalysisProvider<TokenFilterFactory> filter(
        String parameters, Function<Given, TokenFilterFactory> maker
    ) {
        return (index, environment, name, settings) ->
            maker.apply(new Given(index, environment, name, settings).only(parameters));
    }

    private static AnalysisProvider<TokenFilterFactory> plain(
        String parameters, Function<Given, UnaryOperator<TokenStream>> step
    ) {
        return filter(parameters, given -> new Plain(given.name, step.apply(given), false));
    }

    /** Its tokens share characters, which the fast vector highlighter has to know. */
    private static AnalysisProvider<TokenFilterFactory> overlapping(
        String parameters, Function<Given, UnaryOperator<TokenStream>> step
    ) {
        return filter(parameters, given -> new Plain(given.name, step.apply(given), true));
    }

    private static AnalysisProvider<TokenFilterFactory> normalizing(
        String parameters, Function<Given, UnaryOperator<TokenStream>> step
    ) {
        return filter(parameters, given -> new Normalizing(given.name, step.apply(given), step.apply(given)));
    }

    private static AnalysisProvider<AnalyzerProvider<? extends Analyzer>> analyzer(
        CharArraySet stopWords, BiFunction<CharArraySet, CharArraySet, Analyzer> maker
    ) {
        return (index, environment, name, settings) -> {
            Given given = new Given(index, environment, name, settings).only("stopwords stem_exclusion");
            CharArraySet omitted = Analysis.parseStopWords(environment, given.settings, stopWords);
            CharArraySet unstemmed = Analysis.parseStemExclusion(given.settings, CharArraySet.EMPTY_SET);
            Analyzer made = maker.apply(omitted, unstemmed);
            return new AbstractIndexAnalyzerProvider<Analyzer>(name) {
                @Override public Analyzer get() { return made; }
            };
        };
    }
}
