package dev.inferencestore.storage.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowedPrefixesTest {
    private final AllowedPrefixes allowed = AllowedPrefixes.of("s3://claims/live/, https://files.shop:8443/in/");

    @ParameterizedTest
    @CsvSource({
        "s3://claims/live/a.png,true",
        "S3://claims/live/a/b%20c.png,true",
        "https://files.shop:8443/in/a?signature=x,true",
        "HTTPS://FILES.shop:8443/in/a,true",
        "s3://claims/live,false",
        "s3://claims/lives/a,false",
        "s3://claims/live/../secret/a,false",
        "s3://claims/live/%2e%2E/secret/a,false",
        "s3://claims/live/a%2f..%2fb,false",
        "s3://claims/live/./a,false",
        "s3://claims@evil/live/a,false",
        "s3://other/live/a,false",
        "https://user@files.shop:8443/in/a,false",
        "https://files.shop/in/a,false",
        "http://files.shop:8443/in/a,false",
        "https://files.shop:8443.evil/in/a,false",
        "https://files.shop:8443/in/a#b,false",
        "file:///etc/passwd,false",
        "/live/a,false",
        "not an address,false",
        "https:/files.shop:8443/in/a,false"
    })
    void anAddressIsAllowedBelowAPrefixOnly(String address, boolean expected) {
        assertThat(allowed.covers(address)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "s3://claims/live/,0",
        "s3://claims/live,1",
        "ftp://claims/,1",
        "s3:///,1",
        "s3://inferences/a/,1",
        "https://inferences/a/,0",
        "https://a/?b=/,1"
    })
    void aPrefixIsAnAddressWithASlashAtItsEndAndNotOurOwnBucket(String prefix, int problems) {
        assertThat(new AllowedPrefixes(List.of(prefix)).problems("inferences")).hasSize(problems);
    }
}
