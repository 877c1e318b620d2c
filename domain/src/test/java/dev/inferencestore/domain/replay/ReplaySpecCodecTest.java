package dev.inferencestore.domain.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplaySpecCodecTest {
    @Test
    void aTopicFromATimeToATime() {
        ReplaySpec spec = read("""
                {'kind':'replay','model_id':'m','source':{'kind':'topic','topics':['a','b'],
                 'start':'2026-01-01T02:00:00+01:00','end':'2026-01-02T00:00:00Z'},
                 'include_disabled':true,'events_per_second':500}""");

        assertThat(spec)
                .isEqualTo(new ReplaySpec.Replay(
                        "m",
                        new ReplaySource.Topics(
                                List.of("a", "b"),
                                Instant.parse("2026-01-01T01:00:00Z"),
                                Instant.parse("2026-01-02T00:00:00Z"),
                                List.of()),
                        null,
                        true,
                        500));
    }

    @Test
    void whatIsLeftOutIsNull() {
        assertThat(read("{'kind':'replay','source':{'kind':'topic'},'model_id':null}"))
                .isEqualTo(new ReplaySpec.Replay(
                        null, new ReplaySource.Topics(List.of(), null, null, List.of()), null, false, null));
        assertThat(read("{'kind':'re_emit','model_id':'m','topic':'t'}"))
                .isEqualTo(new ReplaySpec.ReEmit("m", null, null, "t", Pace.ORIGINAL, false, null));
    }

    @Test
    void offsetsNameTheirPartitions() {
        assertThat(read("{'kind':'replay','source':{'kind':'topic','offsets':{'a-b-3':[5,9],'c-0':[0,1]}}}"))
                .isEqualTo(new ReplaySpec.Replay(
                        null,
                        new ReplaySource.Topics(
                                List.of(),
                                null,
                                null,
                                List.of(
                                        new ReplaySource.PartitionRange("a-b", 3, 5, 9),
                                        new ReplaySource.PartitionRange("c", 0, 0, 1))),
                        null,
                        false,
                        null));
    }

    @Test
    void filesThatAreTakenForAModelAreThatModels() {
        assertThat(read("""
                {'kind':'replay','source':{'kind':'files','format':'kserve-blob','paths':['s3://a_b/c/','file:///d']},
                 'as_model':'m'}"""))
                .isEqualTo(new ReplaySpec.Replay(
                        "m",
                        new ReplaySource.Files(FileFormat.KSERVE_BLOB, List.of("file:///d", "s3://a_b/c/")),
                        "m",
                        false,
                        null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'kind':'replay','source':{'kind':'topic'}}",
                "{'kind':'replay','model_id':'m','source':{'kind':'topic','topics':['a'],'start':'2026-01-01T00:00:00Z',"
                        + "'end':'2026-01-01T00:00:00.000001Z'},'include_disabled':true,'events_per_second':1}",
                "{'kind':'replay','source':{'kind':'topic','offsets':{'a-0':[0,1],'b-12':[3,9007199254740993]}}}",
                "{'kind':'replay','source':{'kind':'files','format':'own','paths':['file:///a/b/']},'as_model':'m'}",
                "{'kind':'re_emit','model_id':'m','topic':'t','start':'2026-01-01T00:00:00Z','pace':'fastest','new_ids':true,"
                        + "'as_model':'n'}",
                "{'kind':'re_emit','model_id':'m','topic':'t','pace':2.5}",
            })
    void whatIsWrittenReadsAsTheSame(String json) {
        ReplaySpec spec = read(json);

        assertThat(ReplaySpecCodec.decode(ReplaySpecCodec.encode(spec))).isEqualTo(spec);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            []                                                                   | spec must be a JSON object
            {}                                                                   | kind must be one of replay, re_emit
            {'kind':7}                                                           | kind must be one of replay, re_emit
            {'kind':'replay'}                                                    | source must be an object of kind topic or files
            {'kind':'replay','source':{'kind':'x'}}                              | source.kind must be one of topic, files
            {'kind':'replay','source':{'kind':'topic'},'topic':'t'}              | topic is not a field of this call
            {'kind':'replay','source':{'kind':'topic','format':'own'}}           | source.format is not a field of source
            {'kind':'replay','source':{'kind':'topic','topics':[]}}              | source.topics must be a list of 1 to 100 texts
            {'kind':'replay','source':{'kind':'topic','topics':['a b']}}         | source.topics[0] must be the name of a topic
            {'kind':'replay','source':{'kind':'topic','topics':['..']}}          | source.topics[0] must be the name of a topic
            {'kind':'replay','source':{'kind':'topic','start':'yesterday'}}      | source.start must be a time with an offset
            {'kind':'replay','source':{'kind':'topic','start':1}}                | source.start must be a time with an offset
            {'kind':'replay','source':{'kind':'topic','start':'2026-01-01T00:00:00Z','end':'2026-01-01T00:00:00Z'}} | source.end must be after start
            {'kind':'replay','source':{'kind':'topic','offsets':{}}}             | source.offsets must be an object of 1 to
            {'kind':'replay','source':{'kind':'topic','offsets':{'a':[0,1]}}}    | source.offsets.a must be a topic, a dash
            {'kind':'replay','source':{'kind':'topic','offsets':{'a-0':[1,1]}}}  | source.offsets.a-0 must be a topic, a dash
            {'kind':'replay','source':{'kind':'topic','offsets':{'a-0':[-1,1]}}} | source.offsets.a-0 must be a topic, a dash
            {'kind':'replay','source':{'kind':'topic','offsets':{'a-01':[0,1]}}} | source.offsets.a-01 must be a topic, a dash
            {'kind':'replay','source':{'kind':'topic','offsets':{'a-0':[0,1e99]}}} | source.offsets.a-0 must be a topic, a dash
            {'kind':'replay','source':{'kind':'topic','topics':['a'],'offsets':{'a-0':[0,1]}}} | source.offsets says what is read
            {'kind':'replay','source':{'kind':'topic'},'as_model':'m'}           | as_model goes with files only
            {'kind':'replay','source':{'kind':'topic'},'model_id':'a b'}         | model_id must be 1 to 128 of
            {'kind':'replay','source':{'kind':'topic'},'include_disabled':'yes'} | include_disabled must be true or false
            {'kind':'replay','source':{'kind':'topic'},'events_per_second':0}    | events_per_second must be a whole number from 1
            {'kind':'replay','source':{'kind':'topic'},'events_per_second':1.5}  | events_per_second must be a whole number from 1
            {'kind':'replay','source':{'kind':'files','paths':['s3://b/k']}}     | source.format must be one of own, sagemaker, azureml, kserve-blob
            {'kind':'replay','source':{'kind':'files','format':'own'}}           | source.paths must be given
            {'kind':'replay','source':{'kind':'files','format':'own','paths':['/etc/passwd']}}      | source.paths[0] must be s3://bucket/key
            {'kind':'replay','source':{'kind':'files','format':'own','paths':['s3://b']}}           | source.paths[0] must be s3://bucket/key
            {'kind':'replay','source':{'kind':'files','format':'own','paths':['s3://u@b/k']}}       | source.paths[0] must be s3://bucket/key
            {'kind':'replay','source':{'kind':'files','format':'own','paths':['s3://b/a/../c']}}    | source.paths[0] must be s3://bucket/key
            {'kind':'replay','source':{'kind':'files','format':'own','paths':['s3://b/%2e%2e/c']}}  | source.paths[0] must be s3://bucket/key
            {'kind':'replay','source':{'kind':'files','format':'own','paths':['file://host/a']}}    | source.paths[0] must be s3://bucket/key
            {'kind':'replay','source':{'kind':'files','format':'own','paths':['https://b/k']}}      | source.paths[0] must be s3://bucket/key
            {'kind':'replay','source':{'kind':'files','format':'own','paths':['s3://b/k']},'as_model':'m','model_id':'n'} | model_id must be left out or the same
            {'kind':'re_emit','topic':'t'}                                       | model_id must be given
            {'kind':'re_emit','model_id':'m'}                                    | topic must be given
            {'kind':'re_emit','model_id':'m','topic':'a/b'}                      | topic must be the name of a topic
            {'kind':'re_emit','model_id':'m','topic':'t','pace':0}               | pace must be original, fastest, or a number
            {'kind':'re_emit','model_id':'m','topic':'t','pace':'slow'}          | pace must be original, fastest, or a number
            {'kind':'re_emit','model_id':'m','topic':'t','pace':1e9}             | pace must be original, fastest, or a number
            {'kind':'re_emit','model_id':'m','topic':'t','source':{}}            | source is not a field of this call
            """)
    void aBrokenRuleIsSaidWithItsField(String json, String said) {
        InvalidReplay broken = catchThrowableOfType(InvalidReplay.class, () -> read(json));

        assertThat(broken).isNotNull();
        assertThat(broken.rules()).hasSize(1);
        assertThat(broken.getMessage()).startsWith(said);
    }

    @Test
    void allBrokenRulesAreSaidAtOnce() {
        InvalidReplay broken = catchThrowableOfType(
                InvalidReplay.class,
                () -> read("{'kind':'re_emit','model_id':'','start':'x','pace':-1,'new_ids':1,'what':2}"));

        assertThat(broken.rules().stream().map(InvalidReplay.Rule::field))
                .containsExactlyInAnyOrder("model_id", "start", "topic", "pace", "new_ids", "what");
    }

    @Test
    void whatIsNoJsonIsSaidToBeNone() {
        assertThat(catchThrowableOfType(InvalidReplay.class, () -> ReplaySpecCodec.decode("{")))
                .hasMessageStartingWith("spec is not JSON");
    }

    @Test
    void aPaceSaysHowFarApartEventsAre() {
        assertThat(Pace.ORIGINAL.apart(1_000_000)).isEqualTo(1_000_000);
        assertThat(new Pace(4).apart(1_000_000)).isEqualTo(250_000);
        assertThat(Pace.FASTEST.apart(1_000_000)).isZero();
    }

    private static ReplaySpec read(String json) {
        return ReplaySpecCodec.decode(json.replace('\'', '"'));
    }
}
