using System.Text.Json;
using Playground.Core.Models;
using Playground.Core.Training;

namespace Playground.Core.Tests.Files;

/// <summary>Files of JSON that cannot be read: the sentence says what the file must be, and names no type of the program.</summary>
public sealed class JsonFaultTests : IDisposable
{
    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("json-").FullName, "config.json");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);

    [Theory]
    [InlineData("", "is empty. Copy it again from its source.")]
    [InlineData("{", "is cut off. Copy it again from its source.")]
    [InlineData("""{"sample_size":""", "is cut off. Copy it again from its source.")]
    [InlineData("""{"sample_size": 3""", "is cut off. Copy it again from its source.")]
    [InlineData("""{"block_out_channels": [1, 2], "cl""", "is cut off. Copy it again from its source.")]
    [InlineData("{\n\"sample_size\": x}", "is not JSON: line 2 is the first that is none. Copy it again from its source.")]
    [InlineData("hello", "is not JSON: line 1 is the first that is none. Copy it again from its source.")]
    [InlineData("[1,2]", "cannot be read: it must be an object of JSON, in braces { }.")]
    [InlineData("12", "cannot be read: it must be an object of JSON, in braces { }.")]
    [InlineData("null", "cannot be read: it must be an object of JSON, in braces { }.")]
    [InlineData("""{"in_channels": "many"}""", "cannot be read: the value of in_channels must be a whole number (line 1).")]
    [InlineData("{\n\"layers_per_block\": 1.5}", "cannot be read: the value of layers_per_block must be a whole number (line 2).")]
    [InlineData("""{"block_out_channels": 3}""", "cannot be read: the value of block_out_channels must be a list (line 1).")]
    [InlineData("""{"attention_head_dim": {}}""", "cannot be read: the value of attention_head_dim must be a whole number (line 1).")]
    public void A_file_of_the_wrong_kind_is_told_what_it_must_be(string text, string sentence)
    {
        File.WriteAllText(_path, text);
        Assert.Equal($"'{_path}' {sentence}", Assert.Throws<PlaygroundException>(() => Json.Read<UNet2DConfig>(_path)).Message);
        // Of whatever is read, no type is named.
        foreach (Action read in new Action[] { () => Json.ReadOwn<TrainingState>(_path), () => Json.Read<UNet2DConditionConfig>(_path),
            () => Json.Read<Dictionary<string, JsonElement>>(_path) })
            if (Record.Exception(read) is { } refused)
                Assert.DoesNotMatch(@"Playground\.|System\.", Assert.IsType<PlaygroundException>(refused).Message);
    }

    [Fact]
    public void A_file_of_our_own_is_told_what_it_lacks()
    {
        File.WriteAllText(_path, "{}");
        Assert.Equal($"'{_path}' cannot be read: it lacks 'Name'.",
            Assert.Throws<PlaygroundException>(() => Json.ReadOwn<Own>(_path)).Message);
    }

    private sealed record Own(string Name);
}
