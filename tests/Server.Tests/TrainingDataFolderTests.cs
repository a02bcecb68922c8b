using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Playground.Core.Imaging;
using Playground.Core.Tests;

namespace Playground.Server.Tests;

/// <summary>A folder of training data in which much is not as it should be.</summary>
public sealed class TrainingDataFolderTests(TrainingDataFolderTests.Server server) : IClassFixture<TrainingDataFolderTests.Server>
{
    public sealed class Server : ServerProcess
    {
        private string Folder => Path.GetFullPath(Path.Combine(Data, "..", "training-data"));

        protected override IReadOnlyDictionary<string, string> Settings
            => new Dictionary<string, string> { ["Playground__TrainingData"] = Folder };

        public override ValueTask InitializeAsync()
        {
            Add("good/1.png", PngFile.Encode(new PictureBatch(1, 8, 8, 1, new byte[64])));
            Add("partly/1.png", PngFile.Encode(new PictureBatch(1, 8, 8, 1, new byte[64])));
            Add("partly/2.png", "no image"u8.ToArray());
            Add("unreadable/1.png", "no image"u8.ToArray());
            Add(".git/HEAD", "ref: x"u8.ToArray());
            Directory.CreateDirectory(Path.Combine(Folder, "empty"));
            Add("broken-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 9]);
            Add("notes.txt", "words"u8.ToArray());
            File.CreateSymbolicLink(Path.Combine(Folder, "loose-images-idx3-ubyte"), "/nowhere");
            IdxPair.WriteNoise(Folder, "digits", 4, 8);
            return base.InitializeAsync();
        }

        private void Add(string name, byte[] bytes)
        {
            var path = Path.Combine(Folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }
    }

    [Fact]
    public async Task What_can_be_used_is_listed_and_the_rest_is_passed_over()
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        var choices = await http.GetFromJsonAsync<JsonNode>("/api/v1/trainings/choices", TestContext.Current.CancellationToken);
        Assert.Equal(["digits", "good", "partly"],
            choices!["datasets"]!.AsArray().Select(d => (string)d!["name"]!).Order(StringComparer.Ordinal));
        using var page = await http.GetAsync("/train", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }
}
